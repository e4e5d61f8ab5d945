namespace ExpertCluster.Learning;

/// <summary>Everything that the gates of a catalogue are taught from.</summary>
public sealed record GateTrainingSet
{
    public required IReadOnlyList<GateExpert> Experts { get; init; }

    /// <summary>The bases that get a token gate. A base without an encoding here gets none.</summary>
    public IReadOnlyDictionary<string, ChatEncoding> Encodings { get; init; } = new Dictionary<string, ChatEncoding>();
}
