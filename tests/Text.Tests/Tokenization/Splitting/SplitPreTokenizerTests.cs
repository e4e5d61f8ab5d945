using ExpertCluster.Text.Tests.Support;
using ExpertCluster.Text.Tokenization.Splitting;

namespace ExpertCluster.Text.Tests.Tokenization.Splitting;

public sealed class SplitPreTokenizerTests
{
    [Theory]
    [InlineData(SplitBehavior.Removed, false, "the|final|countdown")]
    [InlineData(SplitBehavior.Isolated, false, "the|-|final|-|-|countdown")]
    [InlineData(SplitBehavior.MergedWithPrevious, false, "the-|final-|-|countdown")]
    [InlineData(SplitBehavior.MergedWithNext, false, "the|-final|-|-countdown")]
    [InlineData(SplitBehavior.Contiguous, false, "the|-|final|--|countdown")]
    [InlineData(SplitBehavior.Removed, true, "-|-|-")]
    [InlineData(SplitBehavior.Isolated, true, "the|-|final|-|-|countdown")]
    public void Apply_EachBehavior_CutsAsDocumented(object behavior, bool invert, string expected) =>
        Assert.Equal(expected, Apply(new SplitPreTokenizer(new LiteralPattern("-"), (SplitBehavior)behavior, invert), "the-final--countdown"));

    [Theory]
    [InlineData(true, "a|1|٢|½|b")]
    [InlineData(false, "a|1٢½|b")]
    public void Apply_Digits_AreOfEveryScript(bool individual, string expected)
    {
        var behavior = individual ? SplitBehavior.Isolated : SplitBehavior.Contiguous;

        Assert.Equal(expected, Apply(new SplitPreTokenizer(new NumericPattern(), behavior, invert: false), "a1٢½b"));
    }

    [Theory]
    [InlineData("Always", true, "▁a|▁b")]
    [InlineData("First", true, "▁a|▁b")]
    [InlineData("First", false, "a|▁b")]
    [InlineData("Never", true, "a|▁b")]
    public void Apply_Metaspace_PrependsByItsScheme(string scheme, bool opening, string expected) =>
        Assert.Equal(expected, Apply(new MetaspacePreTokenizer('▁', Enum.Parse<PrependScheme>(scheme), split: true), "a b", opening));

    [Fact]
    public void Apply_PrefixSpace_GoesBeforeWhatHasNone()
    {
        Assert.Equal(" a", Apply(new PrefixSpacePreTokenizer(), "a"));
        Assert.Equal(" a", Apply(new PrefixSpacePreTokenizer(), " a"));
    }

    private static string Apply(IPreTokenizer preTokenizer, string text, bool opening = true)
    {
        List<Piece> pieces = [];
        preTokenizer.Apply(new Piece(text, 0, text.Length, opening), pieces, Budgets.Of(text));
        return string.Join('|', pieces.Select(piece => piece.Span.ToString()));
    }
}
