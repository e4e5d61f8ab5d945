using ExpertCluster.Text.Tests.Support;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tests.Tokenization;

public sealed class AddedTokenMatcherTests
{
    [Theory]
    [InlineData("x<a>y", "<a>")]
    [InlineData("<a><ab><a", "<a>|<ab>")]
    [InlineData("<<a>>", "<a>")]
    public void Next_Overlapping_TakesTheLongestFromTheLeft(string text, string expected) =>
        Assert.Equal(expected, All(text, Token("<a>"), Token("<ab>"), Token("<abc>")));

    [Theory]
    [InlineData("an apple", "")]
    [InlineData("a pple", "a")]
    [InlineData("(a)", "a")]
    [InlineData("éa a_ a\u0301 a", "a")]
    [InlineData("𐐀a", "")]
    public void Next_SingleWord_NeedsItsEdges(string text, string expected) =>
        Assert.Equal(expected, All(text, Token("a") with { SingleWord = true }));

    [Fact]
    public void Next_Strips_SwallowWhiteSpace()
    {
        var token = Token("<m>") with { StripLeft = true, StripRight = true };

        Assert.Equal(" \n<m>\t ", All("a \n<m>\t b", token));
        Assert.Equal("<m>  |<m>", All("<m>  <m>", token));
        Assert.Equal("<m>", All("a <m> b", Token("<m>")));
    }

    /// <summary>White space that a token swallows and that is one itself: both, as the reference in Rust and the npm package have it.</summary>
    [Theory]
    [InlineData("a<y>\nb", "<y>\n|\n")]
    [InlineData("a<y>\n\nb", "<y>\n\n|\n|\n")]
    [InlineData("a<y> \n b", "<y> \n |\n")]
    [InlineData("a \n<l>b", "\n|<l>")]
    public void Next_WhiteSpaceThatIsAToken_IsFoundWithinWhatOthersSwallow(string text, string expected) =>
        Assert.Equal(expected, All(text, Token("<y>") with { StripRight = true }, Token("<l>") with { StripLeft = true }, Token("\n")));

    private static AddedToken Token(string content) => new(0, content, false, false, false, false, false);

    private static string All(string text, params AddedToken[] tokens)
    {
        var matcher = new AddedTokenMatcher(tokens.Select(token => (token.Content, token)));
        List<string> found = [];
        int covered = 0;
        for (int from = 0; matcher.Next(text, covered, from, Budgets.Of(text)) is var (_, start, end, next); from = next)
        {
            found.Add(text[start..end]);
            covered = end;
        }

        return string.Join('|', found);
    }
}
