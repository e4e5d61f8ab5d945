using ExpertCluster.TestSupport;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tests.Support;
using ExpertCluster.Text.Tokenization.Splitting;

namespace ExpertCluster.Text.Tests.Tokenization.Splitting;

public sealed class RegexPatternTests
{
    [Theory]
    [InlineData(@"\p{L}+", "a𐐀𐐨b 𞤀", "a𐐀𐐨b|𞤀")]
    [InlineData(@"\p{Lu}", "𐐀𐐨A", "𐐀|A")]
    [InlineData(@"\p{N}{1,2}", "𝟘𝟙𝟚", "𝟘𝟙|𝟚")]
    [InlineData(@"[^\s\p{L}\p{N}]+", "a👍🏽!b", "👍🏽!")]
    [InlineData(".", "𐐀\n👍", "𐐀|👍")]
    [InlineData(@"[一-龥]+", "中𠀀文", "中|文")]
    [InlineData(@"[^一-龥]+", "中𠀀文", "𠀀")]
    [InlineData(@"\s", "a\u0085\u00A0\uFEFF\u3000b", "\u0085|\u00A0|\u3000")]
    [InlineData(@"(?i:'S)|x", "'s'S'ſx", "'s|'S|x")]
    [InlineData(@"\x41|\u0042", "ABC", "A|B")]
    public void Matches_OnCodePoints_AreWhole(string pattern, string text, string expected) =>
        Assert.Equal(expected, string.Join('|', new RegexPattern(pattern).Matches(text, Budgets.Of(text)).Select(m => text[m.Start..m.End])));

    [Theory]
    [InlineData(@"a++", "possessive")]
    [InlineData(@"a{,3}", "lower bound")]
    [InlineData(@"\bx", @"escape \b")]
    [InlineData(@"\w+", @"escape \w")]
    [InlineData(@"[\w]", @"escape \w")]
    [InlineData(@"\h", @"escape \h")]
    [InlineData(@"(a)\1", @"escape \1")]
    [InlineData(@"[a[b]]", "set inside")]
    [InlineData(@"[a&&b]", "intersection")]
    [InlineData(@"[[:alpha:]]", "set inside")]
    [InlineData(@"(?m:x)", "(?m")]
    [InlineData(@"(?i)x", "option group")]
    [InlineData("𠀀", "basic plane")]
    [InlineData(@"\x{1F600}", @"escape \x")]
    [InlineData(@"\p{Han}", "Han")]
    [InlineData(@"\p{^L}", "negated")]
    [InlineData(@"\pL", "braces")]
    [InlineData(@"[a", "unclosed")]
    [InlineData(@"[a-", "unclosed")]
    [InlineData(@"[^a-", "unclosed")]
    [InlineData(@"[", "unclosed")]
    [InlineData(@"[]", "unclosed")]
    [InlineData(@"[a-\", "escape")]
    [InlineData(@"[a-\x", "without 2")]
    [InlineData(@"(", "(")]
    [InlineData(@"\", "escape")]
    [InlineData(@"[\u0080-\uFFFF]", "every character of category")]
    [InlineData(@"a{1,100000}", "a count above 1000")]
    [InlineData(@"a{99999999999999999999}", "a count above 1000")]
    [InlineData(@"a{1001,}", "a count above 1000")]
    public void Constructor_Unsupported_IsRefusedByName(string pattern, string named) =>
        Assert.Contains(named, Assert.ThrowsAny<ArgumentException>(() => new RegexPattern(pattern)).Message, StringComparison.Ordinal);

    public static TheoryData<string, string> Endless => new()
    {
        { string.Join('|', Enumerable.Range(0, 100_000)), "at most 4096" },
        { new string('(', 50_000) + "a" + new string(')', 50_000), "at most 4096" },
        { new string('(', 2000) + "a" + new string(')', 2000), "groups within each other, more than 32" },
        { string.Concat(Enumerable.Repeat("(?:a|", 33)) + "a" + new string(')', 33), "groups within each other, more than 32" },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public void Constructor_EndlessPattern_NamesTheLimit(string pattern, string limit) =>
        Assert.Contains(limit, Assert.ThrowsAny<ArgumentException>(() => new RegexPattern(pattern)).Message, StringComparison.Ordinal);

    /// <summary>Each backtracks without end on some text, in ways of its own.</summary>
    [Theory]
    [InlineData("(a+)+$(?!x)", "a", 40, "!")]
    [InlineData("(a|aa)+(?=b)", "a", 60, "!")]
    [InlineData("(a+)+$", "a", 40, "!")]
    [InlineData("(x+x+)+y", "x", 40, "")]
    [InlineData(@"(\s*\s*)+(?=b)", " ", 60, "!")]
    [InlineData(@"(\p{L}+\p{N}*)+(?!.)(?=b)", "é", 60, "!")]
    [InlineData(@"(?:\p{L}|\p{L}\p{Lu})+$", "𐐀", 60, "!")]
    public void Matches_BacktrackingWithoutEnd_StopAtTheirTime(string pattern, string unit, int times, string end)
    {
        string text = string.Concat(Enumerable.Repeat(unit, times)) + end;

        Assert.Contains(
            "regular expressions more than 0.25",
            Assert.Throws<TextLimitException>(() => new RegexPattern(pattern).Matches(text, Budgets.Of(text))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Matching one text in many short pieces, each below the time of a match, costs what it costs in one.</summary>
    [Fact]
    public void Matches_OfOneText_ShareItsTime()
    {
        ManualTime time = new();
        TextBudget budget = new(TextLimits.Default, 0, CancellationToken.None, time);
        for (int i = 0; i < 2; i++)
        {
            Pass(0.1);
        }

        Assert.Throws<TextLimitException>(() => Pass(0.1));

        void Pass(double seconds)
        {
            long begun = budget.BeginMatching();
            time.Advance(TimeSpan.FromSeconds(seconds));
            budget.EndMatching(begun);
        }
    }

    [Fact]
    public void Matches_QuadraticInAll_StopAtTheirTime()
    {
        // Each of a million matches looks at all that follows, and none takes long.
        string text = new('a', 1 << 20);

        Assert.Throws<TextLimitException>(() => new RegexPattern("a.*b|a").Matches(text, Budgets.Of(text)));
    }
}
