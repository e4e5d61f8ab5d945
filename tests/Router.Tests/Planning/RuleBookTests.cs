using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Tests.Planning;

public sealed class RuleBookTests
{
    [Theory]
    [InlineData("port", "which Port is open?", true)]
    [InlineData("port", "PORT", true)]
    [InlineData("port", "the report says so", false)]
    [InlineData("port", "the ports", false)]
    [InlineData("port", "a report on the port", true)]
    [InlineData("port", "port_1", false)]
    [InlineData("port", "(port)", true)]
    [InlineData("habeas corpus", "on Habeas Corpus, please", true)]
    [InlineData("c++", "in C++?", true)]
    [InlineData("合同", "请看合同第三条", true)]
    [InlineData("übung", "ÜBUNG macht", true)]
    [InlineData("port", "", false)]
    [InlineData("port", "\ud800port\udc00", true)]
    public void Match_Keyword_IsAWordOfTheQuestion(string keyword, string text, bool isMet)
    {
        var book = new RuleBook([new RoutingRule { Name = "r", Keywords = ["nothing-of-it", keyword], Expert = "law" }]);
        Assert.Equal(isMet, book.Match(new CompletionRequest { Prompt = text }).Count == 1);
        Assert.Equal(isMet, book.Match(new CompletionRequest { Messages = [new("user", "before"), new("user", text), new("assistant", "hm")] }).Count == 1);
    }

    [Fact]
    public void Match_SeveralConditions_AllMustHold()
    {
        var book = new RuleBook(
        [
            new RoutingRule { Name = "both", Headers = Headers(("x-team", "legal"), ("x-site", "b")), WhenLabels = ["residency=eu"], Expert = "law" },
            new RoutingRule { Name = "team", Headers = Headers(("x-team", "legal")), Deny = ["code"] },
        ]);

        Assert.Equal(["both", "team"], Met(("x-team", "legal"), ("x-site", "b")));
        Assert.Equal(["team"], Met(("x-team", "legal"), ("x-site", "B")));
        Assert.Empty(Met(("x-site", "b")));
        Assert.Empty(book.Match(new CompletionRequest { Prompt = "a" }));

        IEnumerable<string> Met(params (string Name, string Value)[] headers) => book.Match(new CompletionRequest
        {
            Prompt = "a",
            Routing = new() { Labels = ["zone=1", "residency=eu"] },
            Header = name => headers.Where(h => h.Name == name).Select(h => h.Value).FirstOrDefault(),
        }).Select(r => r.Name);
    }

    /// <summary>Each rule has its own words, also where one's begins another's, and several of a text hold at once.</summary>
    [Fact]
    public void Match_WordsOfSeveralRules_AreEachTheirRules()
    {
        var book = new RuleBook(
        [
            new RoutingRule { Name = "a", Keywords = ["port", "open port"], Expert = "law" },
            new RoutingRule { Name = "b", Keywords = ["port authority"], Expert = "law" },
            new RoutingRule { Name = "c", Keywords = ["authority", "port"], Expert = "law" },
        ]);

        Assert.Equal("abc", Met("the Port Authority"));
        Assert.Equal("ac", Met("port, authority"));
        Assert.Equal("c", Met("an authority's"));
        Assert.Equal("ac", Met("any open port"));
        Assert.Equal("", Met("ports authorities"));

        string Met(string text) => string.Concat(book.Match(new CompletionRequest { Prompt = text }).Select(rule => rule.Name));
    }

    /// <summary>What 256 rules have in common is walked once, in a long text of nothing but beginnings, too.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("a ")]
    public void Match_TextOfNothingButBeginnings_HasNoWord(string part)
    {
        string words = string.Concat(Enumerable.Repeat(part, 64));
        var book = new RuleBook([.. Enumerable.Range(0, 256).Select(i => new RoutingRule { Name = $"{i}", Keywords = ["aaab", words + i], Expert = "law" })]);

        Assert.Empty(book.Match(new CompletionRequest { Prompt = string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length)) }));
    }

    private static Dictionary<string, string> Headers(params (string Name, string Value)[] headers) => headers.ToDictionary(h => h.Name, h => h.Value);
}
