using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>Byte-level BPE in the styles of Llama 3, Qwen 2 and others, against the reference.</summary>
public sealed class ByteLevelTokenizerTests
{
    [Theory]
    [InlineData("llama3", TinyTokenizers.Llama3Split, true, true, false)]
    [InlineData("qwen2", TinyTokenizers.Qwen2Split, false, false, true)]
    [InlineData("cased", TinyTokenizers.CasedSplit, true, false, false)]
    public void Encode_RandomTexts_EqualsReference(string name, string split, bool pairs, bool ignoreMerges, bool composed)
    {
        var normalizer = composed ? TinyTokenizers.Node("NFC") : null;
        string path = TinyTokenizers.Save(TinyTokenizers.ByteLevel(split, pairs, ignoreMerges, normalizer), name);
        var tokenizer = Tokenizer.Load(path);

        Agreement.OnTexts(tokenizer, path, new RandomText(10, TinyTokenizers.SpecialTexts).Many(2000));
        Agreement.OnIds(tokenizer, path, new RandomText(11), skip: true);
        Agreement.OnIds(tokenizer, path, new RandomText(12), skip: false);
    }

    [Fact]
    public void Encode_WithTemplate_AddsTheBeginning()
    {
        var tokenizer = Load("template");

        int[] plain = tokenizer.Encode("the fox");

        Assert.Equal([0, .. plain], tokenizer.Encode("the fox", addSpecialTokens: true));
    }

    [Fact]
    public void Encode_UnpairedSurrogate_CountsAsReplacementCharacter()
    {
        var tokenizer = Load("surrogate");

        Assert.Equal(tokenizer.Encode("a\uFFFDb"), tokenizer.Encode("a\uD800b"));
    }

    private static Tokenizer Load(string name) => Tokenizer.Load(
        TinyTokenizers.Save(TinyTokenizers.ByteLevel(TinyTokenizers.Llama3Split, pairs: true, ignoreMerges: true), name));
}
