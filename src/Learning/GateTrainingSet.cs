namespace ExpertCluster.Learning;

/// <summary>Everything that the gates of a catalogue are taught from.</summary>
public sealed record GateTrainingSet
{
    public required IReadOnlyList<GateExpert> Experts { get; init; }

    /// <summary>How the request gate is to work.</summary>
    public GateKind Kind { get; init; }

    /// <summary>Folder of the sentence encoder; needed where the kind has embeddings, and copied into the gate.</summary>
    public string? Encoder { get; init; }

    /// <summary>Who answers what no expert knows, where none of them is a generalist; null: the base of the first.</summary>
    public string? Base { get; init; }

    /// <summary>Whether the request gate can learn an expert by what there is of it.</summary>
    internal bool CanTeach(GateExpert expert) => expert.CanBeTaught || (Kind != GateKind.Ngrams && !string.IsNullOrWhiteSpace(expert.Description) && !expert.IsGeneralist);

    /// <summary>The bases that get a token gate. A base without an encoding here gets none.</summary>
    public IReadOnlyDictionary<string, ChatEncoding> Encodings { get; init; } = new Dictionary<string, ChatEncoding>();
}
