using System.Text.Json.Nodes;

namespace ExpertCluster.Reference;

/// <summary>
/// A byte-level tokenizer.json without merges: the last 256 ids are the bytes in order, those before are special tokens
/// "&lt;0&gt;", "&lt;1&gt;" and so on, so any text encodes.
/// </summary>
internal static class RandomTokenizer
{
    public static string Json(int vocabulary)
    {
        int specials = vocabulary - 256;
        ArgumentOutOfRangeException.ThrowIfNegative(specials, nameof(vocabulary));
        JsonObject tokens = [];
        JsonArray added = [];
        for (int id = 0; id < specials; id++)
        {
            tokens[$"<{id}>"] = id;
            added.Add(new JsonObject { ["id"] = id, ["content"] = $"<{id}>", ["special"] = true });
        }

        int moved = 0;
        for (int value = 0; value < 256; value++)
        {
            // Byte-level BPE writes a printable byte as itself, and the others as the characters from U+0100 on.
            bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            tokens[((char)(printable ? value : 256 + moved++)).ToString()] = specials + value;
        }

        JsonObject byteLevel = new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true };
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = added,
            ["normalizer"] = null,
            ["pre_tokenizer"] = byteLevel,
            ["post_processor"] = null,
            ["decoder"] = byteLevel.DeepClone(),
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = tokens, ["merges"] = new JsonArray() },
        }.ToJsonString();
    }
}
