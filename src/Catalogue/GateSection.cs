using ExpertCluster.Learning;
using YamlDotNet.RepresentationModel;

namespace ExpertCluster.Catalogue;

/// <summary>The section `gate` of experts.yaml.</summary>
internal static class GateSection
{
    public const string Key = "gate";

    private static readonly Dictionary<string, GateKind> Kinds = Enum.GetValues<GateKind>().ToDictionary(k => k.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <exception cref="CatalogueException">A key is unknown, a kind is none, or an encoder is missing or stands where none is read.</exception>
    public static GateEntry Read(YamlReader reader, YamlNode node)
    {
        var entry = reader.Mapping(node, Key, "kind", "encoder");
        var kind = GateKind.Ngrams;
        if (entry.TryGetValue("kind", out var k))
        {
            string text = reader.Text(k, "gate: kind");
            if (!Kinds.TryGetValue(text, out kind))
            {
                throw reader.Error(k, $"gate: kind is '{text}'; it must be {string.Join(", ", Kinds.Keys)}");
            }
        }

        if (!entry.TryGetValue("encoder", out var encoder))
        {
            return kind == GateKind.Ngrams
                ? GateEntry.Default
                : throw reader.Error(node, $"gate: encoder is missing; kind {kind.ToString().ToLowerInvariant()} needs the folder or URI of a sentence model");
        }

        // Beside ngrams it is for a candidate of another kind: who wrote no kind hardly meant that.
        return !entry.ContainsKey("kind")
            ? throw reader.Error(encoder, "gate: encoder stands beside kind ngrams, which reads none; write kind: embeddings or kind: stacked, or kind: ngrams where a candidate shall read it")
            : new GateEntry(kind, reader.FolderOrUri(encoder, "gate: encoder"));
    }
}
