using System.Text.Json.Nodes;
using ExpertCluster.Text.Tests.Support;
using ExpertCluster.Text.Tokenization;
using static ExpertCluster.Text.Tests.Tokenization.TinyTokenizers;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>SentencePiece-style BPE in the styles of Llama 2, Mistral and Gemma, against the reference.</summary>
public sealed class SentencePieceTokenizerTests
{
    [Fact]
    public void Encode_Llama2Style_EqualsReference() => Check("llama2", Llama2());

    [Fact]
    public void Encode_MistralStyle_EqualsReference() =>
        Check("mistral", SentencePiece(byteFallback: true, null, Metaspace("first"), LlamaDecoder(strip: true)));

    [Fact]
    public void Encode_GemmaStyle_EqualsReference() =>
        Check("gemma", SentencePiece(
            byteFallback: true,
            Replace(),
            Node("Split", ("pattern", new JsonObject { ["String"] = " " }), ("behavior", "MergedWithPrevious"), ("invert", false)),
            LlamaDecoder(strip: false)));

    [Fact]
    public void Encode_MetaspaceWithUnknownToken_EqualsReference() =>
        Check("metaspace", SentencePiece(byteFallback: false, null, Metaspace("always"), Metaspace("always")));

    [Fact]
    public void Encode_MetaspaceThatSplits_MergesNothingAcrossWords()
    {
        var preTokenizer = Node("Metaspace", ("replacement", "▁"), ("prepend_scheme", "always"), ("split", true));
        var tokenizer = Tokenizer.Load(Save(SentencePiece(false, null, preTokenizer, Metaspace("always")), "splits"));
        var whole = Tokenizer.Load(Save(SentencePiece(false, null, Metaspace("always"), Metaspace("always")), "whole"));

        // "▁▁" is a token, but a split stands before each ▁.
        Assert.Equal(["▁", "▁", "▁the"], tokenizer.Encode("   the").Select(id => tokenizer.GetToken(id)!));
        Assert.NotEqual(tokenizer.Encode("   the"), whole.Encode("   the"));
    }

    [Fact]
    public void Append_AsContinuation_KeepsTheLeadingSpace()
    {
        var tokenizer = Tokenizer.Load(Save(Llama2(), "continuation"));
        int[] ids = tokenizer.Encode("the");

        Assert.Equal("the", tokenizer.Decode(ids));
        Assert.Equal(" the", new StreamingDecoder(tokenizer, continuesText: true).Append(Assert.Single(ids)));
    }

    /// <summary>
    /// Bytes that are no UTF-8 as a whole: what is a character among them stays one, as it can be streamed. The reference in Rust makes every
    /// byte of the run U+FFFD.
    /// </summary>
    [Theory]
    [InlineData("B2 48", "\uFFFDH")]
    [InlineData("48 B2", "H\uFFFD")]
    [InlineData("E4 B8 AD FF 41", "中\uFFFDA")]
    [InlineData("E4 B8 41", "\uFFFDA")]
    [InlineData("F0 9F 98 80 80", "😀\uFFFD")]
    public void Decode_RunOfBytesThatIsNoUtf8_KeepsItsCharacters(string bytes, string expected)
    {
        var tokenizer = Tokenizer.Load(Save(Llama2(), "runs"));
        int[] ids = [.. bytes.Split(' ').Select(b => tokenizer.TryGetId($"<0x{b}>", out int id) ? id : -1)];

        Assert.Equal(expected, tokenizer.Decode(ids));
        Assert.Equal(expected, Agreement.Streamed(tokenizer, ids, skip: true));
    }

    /// <summary>A fine-tune that adds tokens which swallow the white space behind them to a vocabulary whose white space is added tokens.</summary>
    [Fact]
    public void Encode_WhiteSpaceTokensBehindOnesThatSwallow_EqualsTheTokenizersInRust()
    {
        var file = Llama2();
        int next = 1 + Math.Max(file["added_tokens"]!.AsArray().Max(token => (int)token!["id"]!), file["model"]!["vocab"]!.AsObject().Max(token => (int)token.Value!));
        foreach (var (content, left, right) in ((string, bool, bool)[])[("<|y|>", false, true), ("<|l|>", true, false), ("\n", false, false), ("  ", false, false), ("\t", true, true)])
        {
            file["added_tokens"]!.AsArray().Add(new JsonObject
            {
                ["id"] = next++,
                ["content"] = content,
                ["single_word"] = false,
                ["lstrip"] = left,
                ["rstrip"] = right,
                ["normalized"] = false,
                ["special"] = content[0] == '<',
            });
        }

        string path = Save(file, "swallowed");
        var tokenizer = Tokenizer.Load(path);
        var random = new Random(31);
        string[] parts = ["<|y|>", "<|l|>", "\n", "  ", " ", "\t", "a", "the", "</s>"];
        string[] texts = [.. Enumerable.Range(0, 1000).Select(_ => string.Concat(Enumerable.Range(0, 7).Select(_ => parts[random.Next(parts.Length)])))];
        int[]?[] expected = NpmReference.Ask<int[]?[]>("rust.mjs", new() { ["file"] = path, ["texts"] = texts });
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.True(expected[i]!.SequenceEqual(tokenizer.Encode(texts[i])), $"{texts[i]}: expected {string.Join(' ', expected[i]!)}, actual {string.Join(' ', tokenizer.Encode(texts[i]))}");
        }
    }

    /// <summary>Files whose bytes are other tokens lack them by these names: a character with one that isn't there is unknown, whole.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Encode_BytesThatAreNotAllThere_EqualsTheTokenizersInRust(bool fuse)
    {
        var file = Llama2();
        file["model"]!["fuse_unk"] = fuse;
        foreach (string missing in (string[])["<0x09>", "<0xC3>", "<0xE4>", "<0x98>"])
        {
            Assert.True(file["model"]!["vocab"]!.AsObject().Remove(missing));
        }

        string path = Save(file, $"bytes{fuse}");
        var tokenizer = Tokenizer.Load(path);
        var random = new Random(32);
        string[] parts = ["a", "the", "\t", "é", "é", "中", "中", "語", "😀", "🚀", " "];
        string[] texts = [.. Enumerable.Range(0, 1000).Select(_ => string.Concat(Enumerable.Range(0, 6).Select(_ => parts[random.Next(parts.Length)])))];
        int[]?[] expected = NpmReference.Ask<int[]?[]>("rust.mjs", new() { ["file"] = path, ["texts"] = texts });
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.True(expected[i]!.SequenceEqual(tokenizer.Encode(texts[i])), $"{texts[i]}: expected {string.Join(' ', expected[i]!)}, actual {string.Join(' ', tokenizer.Encode(texts[i]))}");
        }
    }

    private static void Check(string name, JsonObject file)
    {
        string path = Save(file, name);
        var tokenizer = Tokenizer.Load(path);
        Agreement.OnTexts(tokenizer, path, new RandomText(20, SpecialTexts).Many(2000));
        Agreement.OnIds(tokenizer, path, new RandomText(21), skip: true);
        Agreement.OnIds(tokenizer, path, new RandomText(22), skip: false);
    }

    private static JsonObject Llama2() => SentencePiece(
        byteFallback: true,
        Node("Sequence", ("normalizers", new JsonArray(Node("Prepend", ("prepend", "▁")), Replace()))),
        null,
        LlamaDecoder(strip: true));

    private static JsonObject Replace() => Node("Replace", ("pattern", new JsonObject { ["String"] = " " }), ("content", "▁"));

    private static JsonObject Metaspace(string scheme) =>
        Node("Metaspace", ("replacement", "▁"), ("prepend_scheme", scheme), ("split", false));
}
