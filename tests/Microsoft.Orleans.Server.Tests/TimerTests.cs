using Microsoft.Orleans.Server.Tests.Support;
using Orleans;

namespace Microsoft.Orleans.Server.Tests;

public sealed class TimerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);

    [Fact]
    public async Task Timer_WithAPeriod_TicksUntilDisposed()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var grain = cluster.Factory(0).GetGrain<ITimerGrain>("ticking");
        await grain.Start(TimeSpan.Zero, Soon, interleave: false);
        await Eventually.Holds(async () => await grain.Ticks() >= 5, "five ticks");
        await grain.Stop();
        var stopped = await grain.Ticks();
        await cluster.Factory(0).GetGrain<IProbeGrain>("elsewhere").Touch();
        Assert.Equal(stopped, await grain.Ticks());
    }

    [Fact]
    public async Task Timer_WithoutAPeriod_TicksOnce()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var grain = cluster.Factory(0).GetGrain<ITimerGrain>("once");
        await grain.Start(Soon, Timeout.InfiniteTimeSpan, interleave: false);
        await Eventually.Holds(async () => await grain.Ticks() == 1, "one tick");
        var other = cluster.Factory(0).GetGrain<ITimerGrain>("meanwhile");
        await other.Start(TimeSpan.Zero, Soon, interleave: false);
        await Eventually.Holds(async () => await other.Ticks() >= 5, "time for more ticks");
        Assert.Equal(1, await grain.Ticks());
    }

    [Fact]
    public async Task Timer_WhoseTickThrows_TicksOn()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var grain = cluster.Factory(0).GetGrain<ITimerGrain>("broken");
        await grain.Start(TimeSpan.Zero, Soon, interleave: false);
        await grain.Break();
        var ticks = await grain.Ticks();
        await Eventually.Holds(async () => await grain.Ticks() >= ticks + 3, "three ticks that threw");
    }

    [Fact]
    public async Task Timer_Changed_FollowsItsNewTimes()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var grain = cluster.Factory(0).GetGrain<ITimerGrain>("changed");
        await grain.Start(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, interleave: false);
        Assert.Equal(0, await grain.Ticks());
        await grain.Change(TimeSpan.Zero, Soon);
        await Eventually.Holds(async () => await grain.Ticks() >= 3, "three ticks");
    }

    [Fact]
    public async Task Timer_OfAGrainThatLeaves_EndsWithIt()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var grain = cluster.Factory(0).GetGrain<ITimerGrain>("leaver");
        await grain.Start(TimeSpan.Zero, Soon, interleave: true);
        await Eventually.Holds(async () => await grain.Ticks() >= 1, "the timer runs");
        await grain.Leave();
        await cluster.Journal.WaitAsync("left leaver").WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        var other = cluster.Factory(0).GetGrain<ITimerGrain>("meanwhile");
        await other.Start(TimeSpan.Zero, Soon, interleave: false);
        await Eventually.Holds(async () => await other.Ticks() >= 10, "time for ticks that must not happen");
        Assert.Equal(0, cluster.Journal.Count("late tick"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tick_DuringATurn_RunsOnlyIfItInterleaves(bool interleave)
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var grain = cluster.Factory(0).GetGrain<ITimerGrain>("busy");
        await grain.Start(Timeout.InfiniteTimeSpan, Soon, interleave);
        await grain.Stop();
        var turn = grain.TicksDuringTurn();
        var beside = cluster.Factory(0).GetGrain<ITimerGrain>("beside");
        await beside.Start(TimeSpan.Zero, Soon, interleave: false);
        await Eventually.Holds(async () => await beside.Ticks() >= 3, "another grain's timer runs");
        await grain.Release();
        Assert.Equal(0, await turn);

        var second = cluster.Factory(0).GetGrain<ITimerGrain>("second");
        await second.Start(TimeSpan.Zero, Soon, interleave);
        var inTurn = second.TicksDuringTurn();
        var atStart = await second.TicksNow();
        if (interleave)
            await Eventually.Holds(async () => await second.TicksNow() >= atStart + 3, "ticks interleave with the turn");
        else
            await Eventually.Holds(async () => await beside.Ticks() >= 20, "time for ticks that must not happen");
        await second.Release();
        Assert.Equal(interleave, await inTurn >= 3);
    }
}
