using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Options;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Router.Tests.Feedback;

public sealed class AskedRequestsTests
{
    private readonly ManualTime _time = new();
    private readonly AskedRequests _asked;

    public AskedRequestsTests() => _asked = Asked(new RouterOptions());

    [Fact]
    public void NewId_IsOfThisRouterAndNobodyElses()
    {
        string id = _asked.NewId();

        Assert.True(RequestKey.IsWellFormed(id));
        Assert.Equal(_asked.Router, RequestKey.RouterOf(id));
        Assert.NotEqual(id, _asked.NewId());
        Assert.NotEqual(_asked.Router, new AskedRequests(new NodeOptions { Name = "router-2" }, new RouterOptions(), _time).Router);
    }

    [Fact]
    public void Find_Answered_HasWhatTheGateReadAndWhoWasLikely()
    {
        string id = Add(_asked, new CompletionRequest { Messages = [new(ChatMessage.User, "Hello!"), new("assistant", "Hello."), new(ChatMessage.User, "Who pays the rent?")] });

        var found = _asked.Find(id)!;

        Assert.Equal(("auto", "Who pays the rent?"), (found.Model, found.Text));
        Assert.Equal(["law", "tax"], found.Answered.Select(e => e.Name));
        Assert.Null(_asked.Find(_asked.NewId()));
    }

    [Fact]
    public void Find_TextsAreNotKept_HasNone()
    {
        var asked = Asked(new RouterOptions { FeedbackTexts = false });

        Assert.Equal("", asked.Find(Add(asked, new CompletionRequest { Prompt = "secret" }))!.Text);
    }

    [Fact]
    public void Find_LongText_HasItsEndAndNoHalfOfAPair()
    {
        string text = "a" + new string('x', 10) + string.Concat(Enumerable.Repeat("\U0001F600", AskedRequests.MostText / 2)) + "z";

        string kept = _asked.Find(Add(_asked, new CompletionRequest { Prompt = text }))!.Text;

        Assert.EndsWith("z", kept, StringComparison.Ordinal);
        Assert.InRange(kept.Length, AskedRequests.MostText - 1, AskedRequests.MostText);
        Assert.False(char.IsLowSurrogate(kept[0]));
    }

    [Fact]
    public void Find_AfterAnHour_IsForgotten()
    {
        string first = Add(_asked, new CompletionRequest { Prompt = "first" });
        _time.Advance(AskedRequests.Longest);
        Assert.NotNull(_asked.Find(first));
        _time.Advance(TimeSpan.FromSeconds(1));

        string second = Add(_asked, new CompletionRequest { Prompt = "second" });

        Assert.Null(_asked.Find(first));
        Assert.NotNull(_asked.Find(second));
    }

    /// <summary>By number, or by what their texts take.</summary>
    [Theory]
    [InlineData(20_000, 1)]
    [InlineData(3000, AskedRequests.MostText)]
    public void Add_MoreThanThereIsRoomFor_ForgetsTheOldest(int count, int length)
    {
        string[] ids = [.. Enumerable.Range(0, count).Select(i => Add(_asked, new CompletionRequest { Prompt = new string('x', length) }))];

        Assert.Null(_asked.Find(ids[0]));
        Assert.NotNull(_asked.Find(ids[^1]));
        Assert.InRange(ids.Count(id => _asked.Find(id) is not null), 1000, 16_384);
    }

    private AskedRequests Asked(RouterOptions options) => new(new NodeOptions { Name = "router" }, options, _time);

    private static string Add(AskedRequests asked, CompletionRequest request)
    {
        string id = asked.NewId();
        asked.Add(request, new Plan
        {
            RequestId = id,
            Base = "demo",
            Merge = "route",
            Form = MergeForm.Route,
            Scope = MergeScope.Token,
            K = 1,
            Experts = [new PlannedExpert("law", 0.7), new PlannedExpert("tax", 0.25), new PlannedExpert("code", 0.05)],
        });
        return id;
    }
}
