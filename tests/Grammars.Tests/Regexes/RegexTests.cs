using System.Text.RegularExpressions;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Tests.Support;

namespace ExpertCluster.Grammars.Tests.Regexes;

/// <summary>.NET's own engine is the judge.</summary>
public sealed class RegexTests
{
    private const string Letters = "abc";

    /// <summary>Every text of up to four letters.</summary>
    private static readonly string[] Brief = [.. Enumerable.Range(0, 5).SelectMany(length => Enumerable.Range(0, (int)Math.Pow(Letters.Length, length)).Select(n => Text(n, length)))];

    [Theory]
    [InlineData("a|b|")]
    [InlineData("(a|ab)(c|bc)?")]
    [InlineData("(a*)*b")]
    [InlineData("(a|aa){2,3}")]
    [InlineData("(a?){3}")]
    [InlineData("(a*b?){2}c")]
    [InlineData("((a|b)*c)*")]
    [InlineData("(?:a|(?<x>b)){1,2}c*?")]
    [InlineData("[^a]+")]
    [InlineData("[ab]{0,2}c{2}")]
    [InlineData("(ab?){1,}")]
    [InlineData("")]
    [InlineData("^a+$")]
    [InlineData("^a|b$")]
    [InlineData(@"\x61[\u0062-c]")]
    [InlineData("(()|a){2}b")]
    [InlineData("((a{0,2}){0,2}){2}")]
    public void Regex_BriefTexts_AreAllowedAsTheyMatch(string expression)
    {
        var grammar = Texts.Compile(GrammarSources.Regex(expression, Texts.Budget));
        Regex judge = new($"^(?:{expression})$");

        Assert.All(Brief, text => Assert.True(judge.IsMatch(text) == grammar.Allows(text), $"'{text}'"));
    }

    [Fact]
    public void Regex_Random_BriefTextsAreAllowedAsTheyMatch()
    {
        Random random = new(7);
        for (int n = 0; n < 300; n++)
        {
            string expression = Expression(random, depth: 3);
            var grammar = Texts.Compile(GrammarSources.Regex(expression, Texts.Budget));
            Regex judge = new($"^(?:{expression})$");

            Assert.All(Brief, text => Assert.True(judge.IsMatch(text) == grammar.Allows(text), $"{expression} on '{text}'"));
        }
    }

    [Theory]
    [InlineData(@"\d{3}-\w+\s\S", "123-ab_9 x", "12a-b  x")]
    [InlineData(@"[\w.-]+@[a-z]+\.(com|de)", "a.b-c@x.de", "a b@x.de")]
    [InlineData(@"\p{Lu}\p{Ll}*", "Ärger", "ärger")]
    [InlineData(@"[^\p{L}]+", "12 !", "a")]
    [InlineData(@"\P{L}", "1", "é")]
    [InlineData("[\\]\\-a]+", "]-a", "b")]
    [InlineData("a{,2}", "a{,2}", "aa")]
    [InlineData(@"\u{1F600}|\ud83d\ude01", "😁", "x")]
    [InlineData("日本.", "日本語", "日本\n")]
    [InlineData(@"(a{100}){3}", "", "a")]
    public void Regex_Text_IsAllowedOrNot(string expression, string allowed, string refused)
    {
        var grammar = Texts.Compile(GrammarSources.Regex(expression, Texts.Budget));

        Assert.True(allowed.Length == 0 || grammar.Allows(allowed));
        Assert.False(grammar.Allows(refused));
    }

    [Fact]
    public void Regex_CountedText_IsCounted()
    {
        var grammar = Texts.Compile(GrammarSources.Regex("(ab){500,5000}", Texts.Budget));

        Assert.All((int[])[500, 501, 4_999, 5_000], n => Assert.True(grammar.Allows(string.Concat(Enumerable.Repeat("ab", n)))));
        Assert.All((int[])[0, 499, 5_001], n => Assert.False(grammar.Allows(string.Concat(Enumerable.Repeat("ab", n)))));
    }

    /// <summary>Where dialects differ: what is forbidden in one of them is not generated.</summary>
    [Theory]
    [InlineData(@"\d", "٣")]
    [InlineData(@"\D", "٣")]
    [InlineData(@"\W", "é")]
    [InlineData(@"[^\w]", "é")]
    [InlineData(@"\S", "\u00A0")]
    [InlineData(".", "\u2028")]
    public void Regex_CharacterOfOneDialectAlone_IsNotAllowed(string expression, string text) =>
        Assert.False(Texts.Compile(GrammarSources.Regex(expression, Texts.Budget)).Allows(text));

    [Theory]
    [InlineData("(a", "has a group that isn't closed (at character 1)")]
    [InlineData("a)", "has a ')' that closes nothing (at character 2)")]
    [InlineData("[a", "has a class that isn't closed (at character 1)")]
    [InlineData("[b-a]", "has a range that doesn't go from one character up to another (at character 2)")]
    [InlineData("[^\\d\\D]", "has a class without a character (at character 1)")]
    [InlineData("*a", "has '*' with nothing before it (at character 1)")]
    [InlineData("a**", "has a quantifier behind a quantifier (at character 3)")]
    [InlineData("a{3,2}", "repeats something 3 to 2 times (at character 2)")]
    [InlineData("a{1000001}", "repeats something more than 1000000 times (at character 3)")]
    [InlineData("(?=a)b", "looks ahead or behind, or has flags in a group; neither can be generated (at character 1)")]
    [InlineData("(?<!a)b", "looks ahead or behind, or has flags in a group; neither can be generated (at character 1)")]
    [InlineData("(?i)a", "looks ahead or behind, or has flags in a group; neither can be generated (at character 1)")]
    [InlineData(@"(a)\1", @"has \1, which isn't read (at character 4)")]
    [InlineData(@"\bA", @"has \b, which isn't read (at character 1)")]
    [InlineData(@"\p{Greek}", @"has a property that isn't read; general categories by their short names are, as \p{L} (at character 1)")]
    [InlineData("a^b", "has '^' inside; it is read at the ends of the expression alone (at character 2)")]
    [InlineData("(a$)", "has '$' inside; it is read at the ends of the expression alone (at character 3)")]
    [InlineData("a\\", "ends with a backslash (at character 2)")]
    [InlineData(@"\x6", "has an escape without its 2 hexadecimal digits (at character 1)")]
    [InlineData(@"\ud83d", "has an escape that is no character (at character 1)")]
    public void Regex_ThatCannotBeRead_IsRefusedWithItsPlace(string expression, string message) => Assert.Equal(
        $"has an expression that {message}", Assert.Throws<GrammarException>(() => GrammarSources.Regex(expression, Texts.Budget)).Message);

    [Theory]
    [InlineData(70)]
    [InlineData(100_000)]
    public void Regex_GroupsInGroups_AreBounded(int depth) => Assert.Contains(
        "deeper than 64",
        Assert.Throws<GrammarException>(() => GrammarSources.Regex(new string('(', depth) + "a" + new string(')', depth), Texts.Budget)).Message,
        StringComparison.Ordinal);

    private static string Expression(Random random, int depth)
    {
        string part = depth == 0 || random.Next(4) == 0
            ? random.Next(3) switch { 0 => "[ab]", 1 => ".", _ => Letters[random.Next(Letters.Length)].ToString() }
            : random.Next(3) switch
            {
                0 => $"({Expression(random, depth - 1)}|{Expression(random, depth - 1)})",
                1 => $"({Expression(random, depth - 1)}{Expression(random, depth - 1)})",
                _ => $"({Expression(random, depth - 1)})",
            };
        return part + random.Next(8) switch { 0 => "*", 1 => "+", 2 => "?", 3 => "{2}", 4 => "{0,2}", 5 => "{1,3}", _ => "" };
    }

    private static string Text(int n, int length)
    {
        char[] text = new char[length];
        for (int i = 0; i < length; i++)
        {
            (text[i], n) = (Letters[n % Letters.Length], n / Letters.Length);
        }

        return new string(text);
    }
}
