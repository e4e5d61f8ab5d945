using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue;

/// <summary>How the request gate of a catalogue works.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Encoder">Folder of a sentence model, absolute, or a URI of one (<see cref="SourceUri"/>); null where there is none. Beside n-grams, which read none, it is for a candidate of another kind.</param>
public sealed record GateEntry(GateKind Kind, string? Encoder)
{
    public static readonly GateEntry Default = new(GateKind.Ngrams, null);
}
