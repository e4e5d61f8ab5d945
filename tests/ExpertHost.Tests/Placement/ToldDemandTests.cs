using ExpertCluster.ExpertHost.Placement;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.TestSupport;

namespace ExpertCluster.ExpertHost.Tests.Placement;

public sealed class ToldDemandTests
{
    private static readonly ExpertId Law = new("law", "1");

    private readonly ManualTime _time = new();
    private readonly ToldDemand _demand;

    public ToldDemandTests() => _demand = new ToldDemand(_time);

    [Fact]
    public void Sum_NobodyTold_IsNotKnown() => Assert.Null(_demand.Sum(anyWaits: false));

    [Fact]
    public void Sum_SeveralRouters_AreAddedUp()
    {
        _demand.Tell(Report("r0", arrivals: 2, running: 3, waiting: 1, wait: 400));
        _demand.Tell(Report("r1", arrivals: 4, running: 5, waiting: 2, wait: 900));

        Assert.Equal(new ExpertDemand(Law, 6, 8, 3, TimeSpan.FromMilliseconds(900), TimeSpan.Zero), Assert.Single(_demand.Sum(anyWaits: true)!));
    }

    /// <summary>A model that takes seconds for a first token has no queue because of it.</summary>
    [Fact]
    public void Sum_NobodyWaitsOnHosts_WhoHasNoChunkYetRuns()
    {
        _demand.Tell(Report("r0", arrivals: 2, running: 3, waiting: 1, wait: 4000));

        Assert.Equal((4, 0, TimeSpan.Zero), Of(Assert.Single(_demand.Sum(anyWaits: false)!)));
    }

    [Fact]
    public void Sum_RouterFellSilent_OnlyWhenItWasAskedLastIsLeft()
    {
        _demand.Tell(Report("r0", arrivals: 2, running: 3));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(_demand.Sum(anyWaits: false));

        _demand.Tell(new DemandReport { Router = "r1" });

        Assert.Equal(new ExpertDemand(Law, 0, 0, 0, TimeSpan.Zero, TimeSpan.Zero), Assert.Single(_demand.Sum(anyWaits: false)!));
    }

    [Fact]
    public void Tell_ExpertsWithoutEnd_RemembersTheLatest()
    {
        for (int i = 0; i < 300; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _demand.Tell(new DemandReport { Router = "r0", Experts = [.. Enumerable.Range(0, 100).Select(j => new ExpertAsked { Expert = $"e{i}-{j}", Revision = "1" })] });
        }

        var sum = _demand.Sum(anyWaits: false)!;
        Assert.Equal(20_000, sum.Count);
        Assert.Contains(sum, d => d.Expert.Name == "e299-99");
        Assert.DoesNotContain(sum, d => d.Expert.Name == "e0-0");
    }

    private static (int Running, int Waiting, TimeSpan Queue) Of(ExpertDemand demand) => (demand.Running, demand.Waiting, demand.QueueTime);

    private static DemandReport Report(string router, double arrivals, int running, int waiting = 0, int wait = 0) => new()
    {
        Router = router,
        Experts = [new ExpertAsked { Expert = "law", Revision = "1", ArrivalsPerSecond = arrivals, Running = running, Waiting = waiting, LongestWaitMilliseconds = wait }],
    };
}
