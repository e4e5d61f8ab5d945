using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Demand;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Router.Tests.Demand;

public sealed class DemandMeterTests
{
    private readonly ManualTime _time = new();
    private readonly DemandMeter _meter;

    public DemandMeterTests() => _meter = new DemandMeter(_time);

    [Fact]
    public void Take_Requests_AreWhatArrivedRunsAndWaits()
    {
        using var first = _meter.Begin(Of(("law", 1)));
        first.Started();
        _time.Advance(TimeSpan.FromSeconds(1));
        using var second = _meter.Begin(Of(("law", 1)));
        _time.Advance(TimeSpan.FromSeconds(3));

        var asked = Assert.Single(_meter.Take("r0").Experts);

        Assert.Equal(("law", "of law", 0.5, 1, 1, 3000), (asked.Expert, asked.Revision, asked.ArrivalsPerSecond, asked.Running, asked.Waiting, asked.LongestWaitMilliseconds));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Assert.Single(_meter.Take("r0").Experts).ArrivalsPerSecond);
    }

    [Fact]
    public void Take_AfterAllHasEnded_IsEmptyAndHoldsNothing()
    {
        var started = _meter.Begin(Of(("law", 1)));
        started.Started();
        started.Dispose();
        started.Dispose();
        _meter.Begin(Of(("tax", 1))).Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([("law", 0, 0), ("tax", 0, 0)], _meter.Take("r0").Experts.Select(e => (e.Expert, e.Running, e.Waiting)).Order());
        Assert.Empty(_meter.Take("r0").Experts);
    }

    [Fact]
    public void Begin_PlanOfManyCandidates_CountsWhoMatters()
    {
        using var asked = _meter.Begin(Of(("law", 0.7), ("tax", 0.2), ("code", 0.09), ("general", 0.01)));

        Assert.Equal(["law", "tax"], _meter.Take("r0").Experts.Select(e => e.Expert).Order());
    }

    [Fact]
    public void Begin_NoneOfThemMuch_CountsTheFirst()
    {
        using var asked = _meter.Begin(Of(("law", 0.05), ("tax", 0.05)));

        Assert.Equal(["law"], _meter.Take("r0").Experts.Select(e => e.Expert));
    }

    [Fact]
    public async Task BeginAndTake_FromManyThreads_LosesNone()
    {
        double arrived = 0;
        var asking = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                var asked = _meter.Begin(Of(("law", 1)));
                asked.Started();
                asked.Dispose();
            }
        })).ToArray();
        var all = Task.WhenAll(asking);
        do
        {
            Take();
        }
        while (!all.IsCompleted);

        await all;
        Take();
        Assert.Equal(8000, arrived, 1e-6);
        Assert.Empty(_meter.Take("r0").Experts);

        void Take()
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            arrived += _meter.Take("r0").Experts.Sum(e => e.ArrivalsPerSecond);
        }
    }

    private static Plan Of(params (string Expert, double Weight)[] experts) => new()
    {
        Base = "demo",
        Merge = "route",
        Form = MergeForm.Route,
        Scope = MergeScope.Request,
        K = 1,
        Experts = [.. experts.Select(e => new PlannedExpert(e.Expert, e.Weight, $"of {e.Expert}"))],
    };
}
