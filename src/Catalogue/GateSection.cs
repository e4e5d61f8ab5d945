using ExpertCluster.Learning;
using YamlDotNet.RepresentationModel;

namespace ExpertCluster.Catalogue;

/// <summary>The section `gate` of experts.yaml.</summary>
internal static class GateSection
{
    public const string Key = "gate";

    private const string Encoder = "encoder";
    private const string Classifier = "classifier";

    private static readonly Dictionary<string, GateKind> Kinds = Enum.GetValues<GateKind>().ToDictionary(k => k.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>What names the model that a kind reads texts by.</summary>
    public static string ModelKey(bool classifies) => classifies ? Classifier : Encoder;

    /// <exception cref="CatalogueException">A key is unknown, a kind is none, or a model is missing or stands where none is read.</exception>
    public static GateEntry Read(YamlReader reader, YamlNode node)
    {
        var entry = reader.Mapping(node, Key, "kind", Encoder, Classifier);
        var kind = GateKind.Ngrams;
        if (entry.TryGetValue("kind", out var k))
        {
            string text = reader.Text(k, "gate: kind");
            if (!Kinds.TryGetValue(text, out kind))
            {
                throw reader.Error(k, $"gate: kind is '{text}'; it must be {string.Join(", ", Kinds.Keys)}");
            }
        }

        var gate = new GateEntry(kind, Place(Encoder)) { Classifier = Place(Classifier) };
        return gate is { Kind: not GateKind.Ngrams, Model: null }
            ? throw reader.Error(node, $"gate: {ModelKey(gate.Classifies)} is missing; kind {kind.ToString().ToLowerInvariant()} needs the folder or URI of a {gate.ModelName}")
            : gate;

        // Beside a kind that reads another it is for a candidate: who wrote no kind hardly meant that.
        string? Place(string key) => !entry.TryGetValue(key, out var place) ? null
            : entry.ContainsKey("kind") ? reader.FolderOrUri(place, $"gate: {key}")
            : throw reader.Error(place, $"gate: {key} stands beside kind ngrams, which reads none; write the kind that reads it, or kind: ngrams where a candidate shall");
    }
}
