using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Fabric.Placement.Rounds.Deciding;

namespace ExpertCluster.Fabric.Tests.Placement.Rounds.Deciding;

public sealed class ScalingTests
{
    private static readonly PlacementOptions Options = new();
    private static readonly TimeSpan Now = TimeSpan.FromHours(2);
    private static readonly RoundExpert Expert = new() { Id = new ExpertId("law", ""), Base = "b", Rank = 8, Minimum = 1, Maximum = 10 };

    [Theory]
    [InlineData(1, 6.3, 1)]
    [InlineData(1, 6.5, 2)]
    [InlineData(2, 40, 8)]
    [InlineData(2, 400, 10)]
    [InlineData(10, 400, 10)]
    public void Decide_Use_RaisesAboveTheThresholdOnly(int current, double requests, int wanted) =>
        Assert.Equal(wanted, Decide(Asked(requests), current).Replicas);

    [Theory]
    [InlineData(4, 11.9, 3)]
    [InlineData(4, 12.1, 4)]
    [InlineData(4, 1, 1)]
    [InlineData(1, 0, 1)]
    public void Decide_LowForLong_LowersToWhatIsAimedFor(int current, double requests, int wanted) =>
        Assert.Equal(wanted, Decide(Asked(requests) with { LowSince = Now - Options.DownAfter }, current).Replicas);

    [Fact]
    public void Decide_LowForAWhile_NotesSinceWhenAndChangesNothing()
    {
        var memory = Asked(1);

        Assert.Equal(3, Decide(ref memory, 3).Replicas);
        Assert.Equal(Now, memory.LowSince);
    }

    [Theory]
    [InlineData(8, 12.1)]
    [InlineData(14, 1)]
    public void Decide_EitherAverageIsHigh_IsNotLow(double slow, double fast)
    {
        var memory = Asked(fast) with { Slow = slow, LowSince = Now - TimeSpan.FromHours(1) };

        Assert.Equal(4, Decide(ref memory, 4).Replicas);
        Assert.Null(memory.LowSince);
    }

    [Theory]
    [InlineData(0.24, 60, 2)]
    [InlineData(0.26, 60, 3)]
    [InlineData(0.26, 9, 2)]
    public void Decide_Queue_RaisesByOneWhenTheLastHadItsTime(double queue, int secondsSinceGrown, int wanted) =>
        Assert.Equal(wanted, Decide(Asked(9) with { QueueSeconds = queue, GrownAt = Now - TimeSpan.FromSeconds(secondsSinceGrown) }, 2).Replicas);

    [Theory]
    [InlineData(0, 0, false, 0)]
    [InlineData(0, 0, true, 1)]
    [InlineData(0, 2, false, 2)]
    [InlineData(3, 4, true, 4)]
    public void Decide_Minimum_IsKept(int current, int minimum, bool isAsked, int wanted)
    {
        var memory = isAsked ? Asked(1) : new ExpertMemory();

        Assert.Equal(wanted, Scaling.Decide(ref memory, Expert with { Minimum = minimum }, current, Now, Now - TimeSpan.FromSeconds(1), Options).Replicas);
    }

    [Fact]
    public void Decide_MinimumAboveTheMaximum_KeepsToTheMaximum()
    {
        var memory = new ExpertMemory();

        Assert.Equal(2, Scaling.Decide(ref memory, Expert with { Minimum = 5, Maximum = 2 }, 0, Now, Now, Options).Replicas);
    }

    [Theory]
    [InlineData(599, 3600, 3)]
    [InlineData(600, 3600, 0)]
    [InlineData(600, 599, 3)]
    [InlineData(600, null, 3)]
    public void Decide_Idle_LowersToTheMinimumWhereDemandWasKnownAllTheTime(int idle, int? known, int wanted)
    {
        var memory = new ExpertMemory { LastAsked = Now - TimeSpan.FromSeconds(idle) };

        Assert.Equal(
            wanted,
            Scaling.Decide(ref memory, Expert with { Minimum = 0 }, 3, Now, known is { } s ? Now - TimeSpan.FromSeconds(s) : null, Options).Replicas);
    }

    private static ExpertMemory Asked(double requests) => new() { Fast = requests, Slow = requests, LastAsked = Now };

    private static Wanted Decide(ExpertMemory memory, int current) => Decide(ref memory, current);

    private static Wanted Decide(ref ExpertMemory memory, int current) => Scaling.Decide(ref memory, Expert, current, Now, Now - TimeSpan.FromHours(1), Options);
}
