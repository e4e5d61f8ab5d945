using ExpertCluster.TestSupport;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>The demo's tokenizer (GPT-2 style) against the reference.</summary>
public sealed class DemoTokenizerTests
{
    private static readonly string[] Specials = ["<|bos|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"];
    private static readonly string TokenizerPath = RepositoryRoot.Combine("models", "demo", "base", "tokenizer.json");

    private static readonly Tokenizer Demo = Tokenizer.Load(TokenizerPath);

    [Fact]
    public void Encode_RandomTexts_EqualsReference() => Agreement.OnTexts(Demo, TokenizerPath, new RandomText(1, Specials).Many(3000));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decode_RandomIds_EqualsReference(bool skip) => Agreement.OnIds(Demo, TokenizerPath, new RandomText(2), skip);

    [Fact]
    public void Decode_EncodedText_GivesTheText()
    {
        foreach (string text in new RandomText(3, Specials).Many(500))
        {
            Assert.Equal(text, Demo.Decode(Demo.Encode(text), skipSpecialTokens: false));
        }
    }

    [Fact]
    public void Encode_Greeting_GivesGoldenIds()
    {
        Assert.Equal([1, 4], Demo.Encode("<|bos|><|user|>"));
        Assert.True(Demo.IsSpecial(1));
        Assert.False(Demo.IsSpecial(100));
        Assert.True(Demo.TryGetId("<|end|>", out int end));
        Assert.Equal(2, end);
        Assert.Equal("", Demo.Decode([2]));
        Assert.Equal("<|end|>", Demo.Decode([2], skipSpecialTokens: false));
    }
}
