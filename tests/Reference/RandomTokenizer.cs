using System.Text.Json.Nodes;

namespace ExpertCluster.Reference;

/// <summary>
/// A byte-level tokenizer.json without merges: the last 256 ids are the bytes in order, those before are special tokens
/// "&lt;0&gt;", "&lt;1&gt;" and so on, or words, so any text encodes.
/// </summary>
public static class RandomTokenizer
{
    /// <summary>tokenizer.json of that many tokens.</summary>
    /// <param name="vocabulary">At least 256.</param>
    /// <param name="words">
    /// How many of the tokens before the bytes are no special ones but words, each with its own text after a space. No text
    /// encodes to them: they are for models whose answers are to be read as text.
    /// </param>
    public static string Json(int vocabulary, int words = 0)
    {
        int first = vocabulary - 256;
        int specials = first - words;
        ArgumentOutOfRangeException.ThrowIfNegative(specials, nameof(vocabulary));
        JsonObject tokens = [];
        JsonArray added = [];
        for (int id = 0; id < specials; id++)
        {
            tokens[$"<{id}>"] = id;
            added.Add(new JsonObject { ["id"] = id, ["content"] = $"<{id}>", ["special"] = true });
        }

        for (int id = specials; id < first; id++)
        {
            tokens["\u0120" + Letters(id)] = id;
        }

        int moved = 0;
        for (int value = 0; value < 256; value++)
        {
            // Byte-level BPE writes a printable byte as itself, and the others as the characters from U+0100 on.
            bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            tokens[((char)(printable ? value : 256 + moved++)).ToString()] = first + value;
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

    private static string Letters(int number) =>
        string.Concat(Enumerable.Range(0, 4).Select(place => (char)('a' + (number / (int)Math.Pow(26, place) % 26))));
}
