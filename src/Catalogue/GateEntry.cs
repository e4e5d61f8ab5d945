using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue;

/// <summary>How the request gate of a catalogue works.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Encoder">
/// Folder of a sentence model, absolute, or a URI of one (<see cref="SourceUri"/>); null where there is none. Beside a kind that reads none it is for a candidate of another kind.
/// </param>
public sealed record GateEntry(GateKind Kind, string? Encoder)
{
    public static readonly GateEntry Default = new(GateKind.Ngrams, null);

    /// <summary>The same of a classifier.</summary>
    public string? Classifier { get; init; }

    /// <summary>Whether it reads texts by a classifier of the user's own.</summary>
    public bool Classifies => Kind == GateKind.Classifier;

    /// <summary>What it reads texts by; null: nothing, or there is none.</summary>
    public string? Model => Kind == GateKind.Ngrams ? null : Classifies ? Classifier : Encoder;

    /// <summary>What that is called.</summary>
    public string ModelName => Classifies ? "classifier" : "sentence model";
}
