using System.Text.Json.Nodes;
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
