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
        Assert.Equal(expected, string.Join('|', new RegexPattern(pattern).Matches(text, CancellationToken.None).Select(m => text[m.Start..m.End])));

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
    [InlineData(@"(", "(")]
    [InlineData(@"\", "escape")]
    [InlineData(@"[\u0080-\uFFFF]", "every character of category")]
    public void Constructor_Unsupported_IsRefusedByName(string pattern, string named) =>
        Assert.Contains(named, Assert.ThrowsAny<ArgumentException>(() => new RegexPattern(pattern)).Message, StringComparison.Ordinal);
}
