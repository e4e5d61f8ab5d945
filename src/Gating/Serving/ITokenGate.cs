namespace ExpertCluster.Gating.Serving;

/// <summary>Scores windows of tokens against the experts of one base, again for every token.</summary>
public interface ITokenGate
{
    /// <summary>Tokens that a window holds.</summary>
    int Window { get; }

    /// <summary>Names, in the order of the scores.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The class that stands for the base alone.</summary>
    string Generalist { get; }

    /// <summary>
    /// windows: [count, Window] token ids, the newest last, left-padded with -1.
    /// scores: [count, Classes.Count], filled with probabilities. Calls are serialized.
    /// </summary>
    void Score(ReadOnlySpan<int> windows, int count, Span<float> scores);
}
