using System.Text;
using System.Text.Json.Nodes;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>Makes small tokenizer.json files in the styles of well-known models, trained on a few lines of text.</summary>
internal static class TinyTokenizers
{
    public const string Llama3Split =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public const string Qwen2Split =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public const string CasedSplit =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Corpus =
        "the quick brown fox jumps over the lazy dog and then the other dogs don't jump. I've seen that we'll see 123 and 2024!\n"
        + "def f(x):\n    return x + 1\n\nनमस्ते दुनिया, मैं ठीक हूँ। तुम्ही कसे आहात? मी ठीक आहे. 繁體中文的測試，繁體中文沒問題。 "
        + "Ελληνικά русский текст é ñandú 👍🏽👍🏽 𝐀𝐁𝐂𝐀𝐁𝐂 𞤀𞤁 the THE The there theory    spaces     more  spaces\n";

    private static readonly Lazy<List<(string Left, string Right)>> ByteMerges =
        new(() => TinyPairTraining.Train(Words(Corpus).Select(Letters), 400));

    private static readonly Lazy<List<(string Left, string Right)>> PieceMerges = new(() =>
    [
        .. TinyPairTraining.Train(Words(Corpus).Select(word => word.Replace(' ', '▁').Replace("\n", "").Replace("𝐀", "")), 300),
        ("▁", "▁"), ("▁▁", "▁▁"),
    ]);

    private static readonly string[] Specials = ["<s>", "</s>", "<|user|>", "<|end|>"];

    /// <summary>Special tokens of the files, for random texts.</summary>
    public static string[] SpecialTexts => ["<s>", "</s>", "<|user|>", " <|end|> ", "<tool>", "naïve word", " <pad>  "];

    public static JsonObject ByteLevel(string split, bool pairs, bool ignoreMerges, JsonNode? normalizer = null)
    {
        List<string> alphabet = [.. Enumerable.Range(0, 256).Select(b => ByteAlphabet.ToChar((byte)b).ToString())];
        var file = Frame(alphabet, ByteMerges.Value, pairs);
        file["normalizer"] = normalizer;
        file["pre_tokenizer"] = Node("Sequence", ("pretokenizers", new JsonArray(
            Node("Split", ("pattern", new JsonObject { ["Regex"] = split }), ("behavior", "Isolated"), ("invert", false)),
            Node("ByteLevel", ("add_prefix_space", false), ("trim_offsets", true), ("use_regex", false)))));
        file["decoder"] = Node("ByteLevel", ("add_prefix_space", true), ("trim_offsets", true), ("use_regex", true));
        file["post_processor"] = Node("Sequence", ("processors", new JsonArray(
            Node("ByteLevel", ("add_prefix_space", true), ("trim_offsets", false), ("use_regex", true)), Template("<s>", 0, null))));
        file["model"]!["ignore_merges"] = ignoreMerges;
        return file;
    }

    public static JsonObject SentencePiece(bool byteFallback, JsonNode? normalizer, JsonNode? preTokenizer, JsonNode decoder)
    {
        List<string> alphabet = ["<unk>"];
        if (byteFallback)
        {
            alphabet.AddRange(Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>"));
        }

        string text = Corpus.Replace('\n', ' ').Replace(' ', '▁');
        alphabet.AddRange(text.EnumerateRunes().Select(rune => rune.ToString()).Where(rune => rune != "𝐀").Distinct(StringComparer.Ordinal));
        var file = Frame(alphabet, PieceMerges.Value, pairs: false);
        file["normalizer"] = normalizer;
        file["pre_tokenizer"] = preTokenizer;
        file["decoder"] = decoder;
        file["post_processor"] = Template("<s>", 0, "</s>");
        file["model"]!["byte_fallback"] = byteFallback;
        file["model"]!["unk_token"] = "<unk>";
        file["model"]!["fuse_unk"] = true;
        return file;
    }

    public static JsonObject LlamaDecoder(bool strip)
    {
        var steps = new JsonArray(
            Node("Replace", ("pattern", new JsonObject { ["String"] = "▁" }), ("content", " ")), Node("ByteFallback"), Node("Fuse"));
        if (strip)
        {
            steps.Add(Node("Strip", ("content", " "), ("start", 1), ("stop", 0)));
        }

        return Node("Sequence", ("decoders", steps));
    }

    public static JsonObject Node(string type, params (string Name, JsonNode? Value)[] members)
    {
        var node = new JsonObject { ["type"] = type };
        foreach (var (name, value) in members)
        {
            node[name] = value;
        }

        return node;
    }

    /// <summary>Writes a file of its own folder and gives its path.</summary>
    public static string Save(JsonObject file, string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "tiny-tokenizers", name)).FullName;
        string path = Path.Combine(folder, "tokenizer.json");
        File.WriteAllText(path, file.ToJsonString());
        return path;
    }

    private static JsonObject Frame(List<string> alphabet, List<(string Left, string Right)> merges, bool pairs)
    {
        var vocabulary = new JsonObject();
        foreach (string? token in Specials.Concat(alphabet).Concat(merges.Select(merge => merge.Left + merge.Right)))
        {
            vocabulary.TryAdd(token, vocabulary.Count);
        }

        int next = vocabulary.Count;
        var added = new JsonArray([.. Specials.Select((token, id) => Added(id, token, special: true))]);
        added.Add(Added(next++, "<pad>", special: true, strips: true));
        added.Add(Added(next++, "<tool>", special: false));
        added.Add(Added(next, "naïve word", special: false, normalized: true));
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = added,
            ["normalizer"] = null,
            ["model"] = Node(
                "BPE",
                ("dropout", null), ("unk_token", null), ("continuing_subword_prefix", null), ("end_of_word_suffix", null),
                ("fuse_unk", false), ("byte_fallback", false), ("ignore_merges", false), ("vocab", vocabulary),
                ("merges", new JsonArray([.. merges.Select(merge => pairs
                    ? (JsonNode)new JsonArray(merge.Left, merge.Right)
                    : JsonValue.Create($"{merge.Left} {merge.Right}"))]))),
        };
    }

    private static JsonObject Added(int id, string content, bool special, bool strips = false, bool normalized = false) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = strips,
        ["rstrip"] = strips,
        ["normalized"] = normalized,
        ["special"] = special,
    };

    private static JsonObject Template(string first, int id, string? last)
    {
        var single = new JsonArray(Special(first), new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } });
        var tokens = new JsonObject { [first] = SpecialIds(first, id) };
        if (last is not null)
        {
            single.Add(Special(last));
            tokens[last] = SpecialIds(last, id + 1);
        }

        return Node("TemplateProcessing", ("single", single), ("pair", new JsonArray()), ("special_tokens", tokens));
    }

    private static JsonObject Special(string token) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } };

    private static JsonObject SpecialIds(string token, int id) =>
        new() { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) };

    private static string Letters(string word) =>
        string.Concat(Encoding.UTF8.GetBytes(word).Select(ByteAlphabet.ToChar));

    private static IEnumerable<string> Words(string text)
    {
        int start = 0;
        for (int i = 1; i <= text.Length; i++)
        {
            if (i < text.Length && (text[i] is not (' ' or '\n') || text[i - 1] == text[i]))
            {
                continue;
            }

            yield return text[start..i];
            start = i;
        }
    }
}
