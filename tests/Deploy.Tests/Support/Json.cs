using System.Globalization;
using System.Text.Json.Nodes;

namespace ExpertCluster.Deploy.Tests.Support;

/// <summary>Reads rendered objects; a missing part is null, never an exception.</summary>
internal static class Json
{
    /// <summary>Walks down by keys.</summary>
    public static JsonNode? At(this JsonNode? node, params string[] path)
    {
        foreach (string key in path)
        {
            node = (node as JsonObject)?[key];
        }

        return node;
    }

    public static string? Text(this JsonNode? node, params string[] path) => node.At(path)?.ToString();

    /// <summary>A whole number that must be there.</summary>
    public static int Number(this JsonNode? node, params string[] path) =>
        int.Parse(node.Text(path) ?? throw new InvalidOperationException($"{string.Join('/', path)} is missing."), CultureInfo.InvariantCulture);

    public static IReadOnlyList<JsonNode> List(this JsonNode? node, params string[] path) =>
        node.At(path) is JsonArray items ? [.. items.OfType<JsonNode>()] : [];

    public static IReadOnlyDictionary<string, string> Map(this JsonNode? node, params string[] path) => node.At(path) is JsonObject map
        ? map.ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(), StringComparer.Ordinal)
        : new Dictionary<string, string>();

    /// <summary><c>Kind/name</c>, for messages.</summary>
    public static string Id(this JsonNode node) => $"{node.Text("kind")}/{node.Text("metadata", "name")}";

    public static bool IsKind(this JsonNode node, params string[] kinds) => kinds.Contains(node.Text("kind"));
}
