using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue;

/// <summary>How the request gate of a catalogue works.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Encoder">Folder of a sentence model, absolute, or a URI of one (<see cref="SourceUri"/>); null for a kind that needs none.</param>
public sealed record GateEntry(GateKind Kind, string? Encoder)
{
    public static readonly GateEntry Default = new(GateKind.Ngrams, null);
}
