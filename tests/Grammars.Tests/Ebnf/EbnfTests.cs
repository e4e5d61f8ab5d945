using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Tests.Support;

namespace ExpertCluster.Grammars.Tests.Ebnf;

public sealed class EbnfTests
{
    [Theory]
    [InlineData("root ::= \"a\" | \"b\"", "a|b", "c|ab")]
    [InlineData("root ::= item+ # remark\nitem ::= [a-c]\n      | \"d\"{2} ", "a|abdd", "d|")]
    [InlineData("root ::= expr\nexpr ::= term (\"+\" term)*\nterm ::= num | \"(\" expr \")\"\nnum ::= [0-9]{1,3}", "1|1+2|(1+(22))+333", "1+|(1|1234")]
    [InlineData("root ::= \"(\" root \")\" | \"\"", "()|((()))|", "(|())")]
    [InlineData("root ::= \"a\" root \"b\" | \"ab\"", "ab|aaabbb", "aab|abb")]
    [InlineData("root ::= [^\\n\"]* \"\\n\"", "é日\n", "\"\n|a")]
    [InlineData("root ::= '\\x41' [\\u00e4-\\u00fc] .", "Aö!", "Aa!")]
    [InlineData("a-b ::= \"x\"\nroot ::= a-b? (a-b a-b){,1}", "|x|xx|xxx", "xxxx")]
    [InlineData("root ::= \"a\" | root2\nroot2 ::= \"b\" root2 | \"c\"", "a|bbc", "b")]
    public void Grammar_Texts_AreAllowed(string rules, string allowed, string refused)
    {
        var grammar = Texts.Compile(GrammarSources.Ebnf(rules, Texts.Budget));

        Assert.All(allowed.Split('|'), text => Assert.True(grammar.Allows(text), text));
        Assert.All(refused.Split('|').Where(text => text.Length > 0), text => Assert.False(grammar.Allows(text), text));
    }

    [Theory]
    [InlineData("start: \"a\"", "can't be read in line 1: '::=' is due behind 'start'; rules are written as in GBNF: name ::= …")]
    [InlineData("rule ::= \"a\"", "has no rule 'root', with which a text begins")]
    [InlineData("root ::= other", "names a rule that it doesn't have: 'other'")]
    [InlineData("root ::= \"a\"\nroot ::= \"b\"", "can't be read in line 2: the rule 'root' is written twice")]
    [InlineData("root ::= \"a\n\"", "can't be read in line 1: a text isn't closed on its line")]
    [InlineData("root ::= (\"a\"", "can't be read in line 1: a ')' is due")]
    [InlineData("root ::= \"a\")", "can't be read in line 1: a rule's name is due")]
    [InlineData("root ::= [z-a]", "can't be read in line 1: a range doesn't go from one character up to another")]
    [InlineData("root ::= \"a\"**", "can't be read in line 1: a quantifier stands behind a quantifier; put the first into parentheses")]
    [InlineData("root ::= \"\\q\"", "can't be read in line 1: \\q isn't read")]
    [InlineData("root ::= \"a\" & \"b\"", "can't be read in line 1: '&' is not read here")]
    [InlineData("", "has no rule 'root', with which a text begins")]
    public void Grammar_ThatCannotBeRead_IsRefusedWithItsLine(string rules, string message) =>
        Assert.Equal(message, Assert.Throws<GrammarException>(() => GrammarSources.Ebnf(rules, Texts.Budget)).Message);

    [Theory]
    [InlineData("root ::= root \"a\" | \"b\"", "root")]
    [InlineData("root ::= \"\" x\nx ::= y? root \"a\" | \"b\"\ny ::= \"y\"", "root")]
    [InlineData("root ::= \"a\" x\nx ::= (x | \"b\"){3}", "x")]
    public void Grammar_RuleThatBeginsWithItself_IsRefused(string rules, string name) => Assert.Equal(
        $"has a rule that begins with itself: '{name}'", Assert.Throws<GrammarException>(() => Texts.Compile(GrammarSources.Ebnf(rules, Texts.Budget))).Message);

    [Fact]
    public void Grammar_WithoutAnEnd_AllowsNoText() => Assert.Equal(
        "allows no text at all", Assert.Throws<GrammarException>(() => Texts.Compile(GrammarSources.Ebnf("root ::= \"a\" root", Texts.Budget))).Message);

    [Fact]
    public void Grammar_AlternativeWithoutAnEnd_IsLeftOut()
    {
        var matcher = Texts.Compile(GrammarSources.Ebnf("root ::= \"ab\" | \"ac\" never\nnever ::= \"x\" never", Texts.Budget)).Start();

        Assert.True(matcher.Append("a"u8));
        Assert.Equal((int[])['b'], Enumerable.Range(0, 256).Where(matcher.Next.Contains));
    }
}
