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

    [Fact(Timeout = 30_000)]
    public Task Match_TextOfNothingButBeginnings_EndsSoon() => Task.Run(() =>
    {
        var book = new RuleBook([.. Enumerable.Range(0, 256).Select(i => new RoutingRule { Name = $"{i}", Keywords = ["aaab", new string('a', 64) + i], Expert = "law" })]);
        Assert.Empty(book.Match(new CompletionRequest { Prompt = new string('a', 1 << 20) }));
    });

    private static Dictionary<string, string> Headers(params (string Name, string Value)[] headers) => headers.ToDictionary(h => h.Name, h => h.Value);
}
