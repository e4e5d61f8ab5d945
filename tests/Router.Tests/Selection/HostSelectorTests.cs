using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Selection;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Selection;

public sealed class HostSelectorTests
{
    /// <summary>A text whose home among a, b and c is b.</summary>
    private static readonly HostChoice HomeIsB = new(["law"], KeyAtHome("b", "a", "b", "c"));

    [Fact]
    public void Choose_OneHost_IsTaken() => Assert.Equal("a", Choose(HomeIsB, new HostCandidate("a", 99, Answers: false)));

    [Fact]
    public void Choose_AllAlike_TakesTheTextsHome() => Assert.Equal("b", Choose(HomeIsB, new("a", 3, true), new("b", 3, true), new("c", 3, true)));

    [Theory]
    [InlineData(0, "b")]
    [InlineData(UncrowdedFilter.Slack, "b")]
    [InlineData(UncrowdedFilter.Slack + 1, "a")]
    public void Choose_TheTextsHome_IsTakenWhileItHasLittleMoreToDo(int more, string host) =>
        Assert.Equal(host, Choose(HomeIsB, new("a", 3, true), new("b", 3 + more, true)));

    [Fact]
    public void Choose_TheTextsHomeDoesNotAnswer_TakesAnother() => Assert.Equal("a", Choose(HomeIsB, new("a", 1, true), new("b", 0, false)));

    [Fact]
    public void Choose_TheIdleDoNotAnswer_TakesABusyOne() => Assert.Equal("a", Choose(HomeIsB, new("a", 90, true), new("b", 0, false), new("c", 0, false)));

    [Fact]
    public void Choose_NobodyAnswers_TakesOneAllTheSame() => Assert.Equal("b", Choose(HomeIsB, new("a", 0, false), new("b", 0, false)));

    [Fact]
    public void Choose_HostThatHasTheExpertsInMemory_IsPreferredToTheTextsHome()
    {
        Assert.Equal("a", Choose(HomeIsB, new("a", 0, true) { Warm = 1 }, new("b", 0, true)));
        Assert.Equal("b", Choose(HomeIsB, new("a", 0, true) { Warm = 1 }, new("b", 0, true) { Warm = 1 }));
        Assert.Equal("b", Choose(HomeIsB, new("a", UncrowdedFilter.Slack + 1, true) { Warm = 1 }, new("b", 0, true)));
    }

    public static TheoryData<HostCandidate> Unfit => new()
    {
        new HostCandidate("b", 0, true) { HasBase = false, Warm = 1 },
        new HostCandidate("b", 0, true) { Draining = true, Warm = 1 },
        new HostCandidate("b", 0, true) { Refused = true, Warm = 1 },
        new HostCandidate("b", 0, true) { Labels = new HashSet<string> { "zone=b" }, Warm = 1 },
    };

    /// <summary>However much speaks for it, and whatever options name.</summary>
    [Theory]
    [MemberData(nameof(Unfit))]
    public void Choose_HostThatCannotServeIt_IsNeverTaken(HostCandidate unfit)
    {
        var choice = HomeIsB with { Labels = unfit.Labels is null ? null : ["zone=a"] };
        var fit = new HostCandidate("a", 99, Answers: false) { Labels = new HashSet<string> { "zone=a", "gpu=l4" } };
        var bare = new HostSelector(Selectors.Filters, Selectors.Scorers, Selectors.Pickers, new PolicyOptions { HostFilters = [] });

        Assert.Equal("a", Choose(choice, unfit, fit));
        Assert.Null(bare.Choose([unfit], choice));
        Assert.Null(bare.Choose([], choice));
    }

    [Fact]
    public void Choose_FiltersOfOnesOwn_RunInTheOrderOfTheOptions()
    {
        List<string> ran = [];
        var filters = new PolicySet<IHostFilter>([new NamedFilter("first", "a", ran), new NamedFilter("second", "b", ran)]);
        var selector = new HostSelector(filters, Selectors.Scorers, Selectors.Pickers, new PolicyOptions { HostFilters = ["second", "first"] });

        Assert.Equal("b", selector.Choose([new("a", 0, true), new("b", 0, true)], HomeIsB)!.Value.Name);
        Assert.Equal(["second", "first"], ran);
    }

    [Theory]
    [InlineData(1, 0, "b")]
    [InlineData(0, 1, "a")]
    [InlineData(0.001, 1, "a")]
    public void Choose_WeightsOfTheOptions_Decide(double prompt, double load, string host)
    {
        var options = new PolicyOptions { HostFilters = [], HostScorers = new Dictionary<string, double> { ["prompt"] = prompt, ["load"] = load } };
        var selector = new HostSelector(Selectors.Filters, Selectors.Scorers, Selectors.Pickers, options);

        Assert.Equal(host, selector.Choose([new("a", 0, true), new("b", 9, true)], HomeIsB)!.Value.Name);
    }

    [Theory]
    [InlineData("HostFilters", "base, open, labels, answering, uncrowded")]
    [InlineData("HostScorers", "warm, prompt, load")]
    [InlineData("HostPicker", "best, draw")]
    public void Constructor_UnknownName_NamesTheSettingAndWhatThereIs(string setting, string known)
    {
        var options = setting switch
        {
            "HostFilters" => new PolicyOptions { HostFilters = ["hottest"] },
            "HostScorers" => new PolicyOptions { HostScorers = new Dictionary<string, double> { ["hottest"] = 1 } },
            _ => new PolicyOptions { HostPicker = "hottest" },
        };

        var error = Assert.Throws<SetupException>(() => new HostSelector(Selectors.Filters, Selectors.Scorers, Selectors.Pickers, options));

        Assert.Equal($"ExpertCluster:Policies:{setting} is hottest; known are {known}", error.Message);
    }

    private static string Choose(HostChoice choice, params HostCandidate[] hosts) => Selectors.Default().Choose(hosts, choice)?.Name ?? "nobody";

    private static ulong KeyAtHome(string home, params string[] hosts) =>
        Enumerable.Range(0, 1000).Select(i => (ulong)i).First(key => hosts.MaxBy(host => PromptAffinity.Weight(key, host)) == home);

    private sealed class NamedFilter(string name, string keeps, List<string> ran) : IHostFilter
    {
        public string Name => name;

        public IReadOnlyList<HostCandidate> Filter(IReadOnlyList<HostCandidate> hosts, HostChoice choice)
        {
            ran.Add(name);
            return [.. hosts.Where(h => h.Name == keeps)];
        }
    }
}
