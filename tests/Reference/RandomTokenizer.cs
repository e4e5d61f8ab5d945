using System.Text.Json.Nodes;

namespace ExpertCluster.Reference;

/// <summary>A byte-level tokenizer.json without merges: enough for an import; its texts are of no interest.</summary>
internal static class RandomTokenizer
{
    public static string Json(int vocabulary)
    {
        JsonObject tokens = [];
        // Printable ASCII first, as byte-level BPE writes it; then names that no text contains.
        for (int id = 0; id < vocabulary; id++) tokens[id < 94 ? ((char)(33 + id)).ToString() : $"<{id}>"] = id;
        JsonObject byteLevel = new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true };
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = null,
            ["pre_tokenizer"] = byteLevel,
            ["post_processor"] = null,
            ["decoder"] = byteLevel.DeepClone(),
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = tokens, ["merges"] = new JsonArray() },
        }.ToJsonString();
    }
}
