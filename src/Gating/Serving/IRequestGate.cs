namespace ExpertCluster.Gating.Serving;

/// <summary>Scores a whole request against the experts, once.</summary>
public interface IRequestGate
{
    /// <summary>The kind of gate, as an option names it.</summary>
    string Name { get; }

    IReadOnlyList<string> Classes { get; }

    /// <summary>The class that answers where no expert knows.</summary>
    string Generalist { get; }

    /// <summary>Thread-safe. Of a long text its first 1,024 and last 3,072 UTF-16 units are read.</summary>
    GateScores Score(string text);
}
