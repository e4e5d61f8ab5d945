using System.Text.Json.Nodes;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.Text.Tokenization.Loading;
using static ExpertCluster.Text.Tests.Tokenization.TinyTokenizers;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>No tokenizer.json and no text takes time or memory without end.</summary>
public sealed class BoundedTokenizerTests
{
    private const long Bytes = 16 << 20;

    private static readonly TextLimits Limits = TextLimits.Default with { Bytes = Bytes };

    /// <summary>As it was found: a minute for each, and no end when the caller left.</summary>
    [Theory]
    [InlineData("(a+)+$", "a")]
    [InlineData("(?:a|aa)+b", "a")]
    [InlineData(@"(\p{L}+)*\p{N}", "é")]
    public void Encode_ExpressionThatBacktracksWithoutEnd_SaysSo(string pattern, string unit)
    {
        var tokenizer = Load(ByteLevel(pattern, pairs: false, ignoreMerges: false), "backtracking");
        string text = string.Concat(Enumerable.Repeat(unit, 60)) + "!";

        var refused = Assert.Throws<TextLimitException>(() => tokenizer.Encode(text, false, TestContext.Current.CancellationToken));

        Assert.Equal("takes the tokenizer's regular expressions more than 0.25 seconds", refused.Message);
    }

    [Theory]
    [InlineData(8, 16, 65_536)]
    [InlineData(5, 16, 65_536)]
    [InlineData(2, 1024, 1000)]
    [InlineData(32, 2, 41)]
    public void Encode_NormalizersThatMultiply_StopAtTheLongestText(int steps, int times, int length)
    {
        var tokenizer = Load(WithNormalizers([.. Enumerable.Repeat(Replace("a", new string('a', times)), steps)]), "multiplied");
        string text = new('a', length);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var refused = Assert.Throws<TextLimitException>(() => tokenizer.Encode(text, false, Limits, TestContext.Current.CancellationToken));

        Assert.True(refused.Message.Contains($"{Bytes} bytes", StringComparison.Ordinal) || refused.Message.Contains("characters once", StringComparison.Ordinal), refused.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3 * Bytes);
    }

    [Theory]
    [InlineData("a", "Replace")]
    [InlineData("a", "RegexReplace")]
    [InlineData("a", "Prepend")]
    [InlineData("가\u0344", "NFC")]
    [InlineData("\U0001D15E", "NFC")]
    [InlineData("e\u0301", "NFD")]
    [InlineData("\uFDFA", "NFKC")]
    [InlineData("\u3300", "NFKD")]
    [InlineData("𐐀 ", "RegexReplace")]
    public void Encode_LongTextThroughManyNormalizers_TakesNoMoreThanItsBytes(string unit, string kind)
    {
        var step = kind switch
        {
            "Replace" => Replace("a", "b"),
            "RegexReplace" => new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = "." }, ["content"] = "bb" },
            "Prepend" => new JsonObject { ["type"] = "Prepend", ["prepend"] = new string('b', 1024) },
            _ => new JsonObject { ["type"] = kind },
        };
        AssertBounded(Load(WithNormalizers([.. Enumerable.Repeat(step, 31)]), "normalized"), unit, 1 << 20);
    }

    [Theory]
    [InlineData("Digits", "1")]
    [InlineData("Metaspace", " ")]
    [InlineData("Literal", "a")]
    [InlineData("Regex", "a")]
    [InlineData("Regex", "𐐀")]
    [InlineData("None", "中")]
    [InlineData("None", "\uD800")]
    [InlineData("None", "<s>")]
    public void Encode_LongTextInManyPieces_TakesNoMoreThanItsBytes(string kind, string unit)
    {
        var file = SentencePiece(byteFallback: true, null, null, LlamaDecoder(strip: false));
        var step = kind switch
        {
            "Digits" => new JsonObject { ["type"] = "Digits", ["individual_digits"] = true },
            "Metaspace" => new JsonObject { ["type"] = "Metaspace", ["replacement"] = "▁" },
            "Literal" => Split("String", "a"),
            "Regex" => Split("Regex", "."),
            _ => null,
        };
        file["pre_tokenizer"] = step is null
            ? null
            : new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray([.. Enumerable.Repeat(step, 31).Select(s => s.DeepClone())]) };

        AssertBounded(Load(file, "pieces"), unit, 1 << 20);
    }

    [Fact]
    public void Encode_BeginningsOfALongAddedToken_AreNotComparedWithoutEnd()
    {
        var file = ByteLevel(Llama3Split, pairs: false, ignoreMerges: false);
        int id = file["model"]!["vocab"]!.AsObject().Count + 100;
        file["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = id, ["content"] = new string('a', 1023) + "b", ["special"] = true });
        var tokenizer = Load(file, "added");

        var refused = Assert.Throws<TextLimitException>(() => tokenizer.Encode(new string('a', 1 << 20)));

        Assert.Contains("added tokens", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("normalizer", "normalizers")]
    [InlineData("pre_tokenizer", "pretokenizers")]
    [InlineData("decoder", "decoders")]
    [InlineData("post_processor", "processors")]
    public void Load_MoreStepsThanTheLimit_IsRefused(string field, string steps)
    {
        var file = ByteLevel(Llama3Split, pairs: false, ignoreMerges: false);
        JsonNode step = field switch
        {
            "normalizer" => Replace("a", "b"),
            "pre_tokenizer" => Split("String", "a"),
            "decoder" => Replace("a", "b"),
            _ => new JsonObject { ["type"] = "ByteLevel" },
        };
        JsonNode[] many = [.. Enumerable.Repeat(step, 32).Select(s => s.DeepClone())];
        file[field] = new JsonObject { ["type"] = "Sequence", [steps] = new JsonArray(many) };

        Assert.Contains("more than 32 steps", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("{\"type\":\"Sequence\",\"normalizers\":[", "]}")]
    public void Load_NestedWithoutEnd_NamesTheDepth(string open, string close)
    {
        string nested = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        string path = Save(new JsonObject(), "deep");
        File.WriteAllText(path, $"{{\"normalizer\": {nested}}}");

        Assert.Contains("maximum configured depth of 64", Assert.Throws<TokenizerFormatException>(() => Tokenizer.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DecoderThatMultipliesTokens_IsRefused()
    {
        var file = SentencePiece(byteFallback: true, null, null, LlamaDecoder(strip: false));
        file["decoder"] = new JsonObject { ["type"] = "Sequence", ["decoders"] = new JsonArray([.. Enumerable.Range(0, 8).Select(_ => Replace("e", new string('e', 16)))]) };

        Assert.Contains("decoder: makes more than 65536 bytes of the token", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NormalizerThatMultipliesAnAddedToken_IsRefused()
    {
        var file = WithNormalizers([.. Enumerable.Repeat(Replace("t", new string('t', 16)), 8)]);
        file["added_tokens"] = new JsonArray(new JsonObject { ["id"] = 3000, ["content"] = "ttt", ["normalized"] = true });

        Assert.Contains("normalizer: can't be used for the added token \"ttt\"", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("normalizer", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"#\"}", "normalizer.content")]
    [InlineData("normalizer", "{\"type\": \"Prepend\", \"prepend\": \"#\"}", "normalizer.prepend")]
    [InlineData("normalizer", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"#\"}, \"content\": \"\"}", "normalizer.pattern.String")]
    [InlineData("decoder", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"#\"}", "decoder.content")]
    public void Load_LongTextOfAStep_IsRefused(string field, string json, string place)
    {
        var file = ByteLevel(Llama3Split, pairs: false, ignoreMerges: false);
        file[field] = JsonNode.Parse(json.Replace("#", new string('x', 1025), StringComparison.Ordinal));

        Assert.Contains($"{place}: has 1025 characters; at most 1024 are taken", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PostProcessorOfManyIds_IsRefused()
    {
        var file = ByteLevel(Llama3Split, pairs: false, ignoreMerges: false);
        file["post_processor"] = new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = "x" } }, new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A" } }),
            ["special_tokens"] = new JsonObject { ["x"] = new JsonObject { ["ids"] = new JsonArray([.. Enumerable.Repeat(0, 65).Select(i => JsonValue.Create(i))]) } },
        };

        Assert.Contains("puts 65 ids around a text; at most 64 are taken", Refusal(file), StringComparison.Ordinal);
    }

    private static void AssertBounded(Tokenizer tokenizer, string unit, int characters)
    {
        string text = string.Concat(Enumerable.Repeat(unit, characters / unit.Length));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<TextLimitException>(() => tokenizer.Encode(text, false, Limits, TestContext.Current.CancellationToken));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * Bytes);
    }

    private static string Refusal(JsonObject file) =>
        Assert.Throws<TokenizerFormatException>(() => Load(file, "refused-bounds")).Message;

    private static Tokenizer Load(JsonObject file, string name) => Tokenizer.Load(Save(file, name));

    private static JsonObject WithNormalizers(JsonNode[] steps)
    {
        var normalizer = new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray([.. steps.Take(31).Select(s => s.DeepClone())]) };
        var file = SentencePiece(byteFallback: true, normalizer, null, LlamaDecoder(strip: false));
        file["added_tokens"] = new JsonArray();
        return file;
    }

    private static JsonObject Replace(string old, string content) =>
        new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = old }, ["content"] = content };

    private static JsonObject Split(string kind, string pattern) =>
        new() { ["type"] = "Split", ["pattern"] = new JsonObject { [kind] = pattern }, ["behavior"] = "Isolated", ["invert"] = false };
}
