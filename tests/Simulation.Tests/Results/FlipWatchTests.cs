using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Simulation.Results;

namespace ExpertCluster.Simulation.Tests.Results;

public sealed class FlipWatchTests
{
    private readonly FlipWatch _watch = new(TimeSpan.FromSeconds(60));

    [Theory]
    [InlineData(59, 1)]
    [InlineData(60, 0)]
    public void See_Undone_IsAFlipWithinTheWindow(int after, int flips)
    {
        See(DecisionKind.WarmExpert, 0);
        See(DecisionKind.LetExpertGo, after);

        Assert.Equal(flips, _watch.Flips);
    }

    [Theory]
    [InlineData(DecisionKind.LetExpertGo, DecisionKind.WarmExpert, 1)]
    [InlineData(DecisionKind.LoadBase, DecisionKind.LetBaseGo, 1)]
    [InlineData(DecisionKind.WarmExpert, DecisionKind.WarmExpert, 0)]
    [InlineData(DecisionKind.WarmExpert, DecisionKind.LetBaseGo, 0)]
    public void See_Kinds_OnlyOppositesAreFlips(DecisionKind first, DecisionKind second, int flips)
    {
        See(first, 0);
        See(second, 1);

        Assert.Equal(flips, _watch.Flips);
    }

    [Fact]
    public void See_OnAnotherHostOrForced_IsNone()
    {
        See(DecisionKind.WarmExpert, 0, host: "a");
        See(DecisionKind.LetExpertGo, 1, host: "b");
        See(DecisionKind.WarmExpert, 2, host: "c");
        See(DecisionKind.LetExpertGo, 3, host: "c", isForced: true);

        Assert.Equal(0, _watch.Flips);
    }

    [Fact]
    public void See_Many_KeepsSomeExamples()
    {
        for (int i = 0; i < 100; i++)
        {
            See(i % 2 == 0 ? DecisionKind.WarmExpert : DecisionKind.LetExpertGo, i);
        }

        Assert.Equal(99, _watch.Flips);
        Assert.Equal(10, _watch.Examples.Count);
        Assert.Equal("1 s: let law go from a: because; 1 s after the opposite", _watch.Examples[0]);
    }

    private void See(DecisionKind kind, int at, string host = "a", bool isForced = false)
    {
        ExpertId? expert = kind is DecisionKind.WarmExpert or DecisionKind.LetExpertGo ? new ExpertId("law", "") : null;
        _watch.See(new PlacementDecision(kind, host, expert, "base", DecisionCause.Demand, "because"), TimeSpan.FromSeconds(at), isForced, counts: true);
    }
}
