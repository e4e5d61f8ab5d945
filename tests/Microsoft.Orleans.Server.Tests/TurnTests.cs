using Microsoft.Orleans.Server.Tests.Support;
using Orleans;

namespace Microsoft.Orleans.Server.Tests;

public sealed class TurnTests
{
    [Fact]
    public async Task Calls_OfAnOrdinaryGrain_RunOneAtATime()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var calls = Enumerable.Range(0, 20).Select(i => cluster.Factory(i % 2).GetGrain<ITurnGrain>("turns").Work()).ToArray();
        var grain = cluster.Factory(1).GetGrain<ITurnGrain>("turns");
        await Eventually.Holds(async () => await grain.Inside() == 1, "one call is inside");
        await grain.Release();
        Assert.All(await Task.WhenAll(calls), most => Assert.Equal(1, most));
    }

    [Fact]
    public async Task Call_ThatAlwaysInterleaves_PassesTheOneThatRuns()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
        {
            var grain = cluster.Factory(silo).GetGrain<ITurnGrain>($"busy{silo}");
            var running = grain.Work();
            var behind = grain.Work();
            await Eventually.Holds(async () => await grain.Inside() == 1, "one call is inside");
            Assert.False(running.IsCompleted || behind.IsCompleted);
            await grain.Release();
            Assert.All(await Task.WhenAll(running, behind), static most => Assert.Equal(1, most));
        }
    }

    [Fact]
    public async Task Calls_OfAReentrantGrain_Interleave()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var calls = Enumerable.Range(0, 10).Select(i => cluster.Factory(i % 2).GetGrain<IReentrantGrain>("free").Work()).ToArray();
        var grain = cluster.Factory(0).GetGrain<IReentrantGrain>("free");
        await Eventually.Holds(async () => await grain.Inside() == 10, "all calls are inside");
        await grain.Release();
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task Increment_ThatYieldsInBetween_LosesNothing()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var counts = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => cluster.Factory(i % 2).GetGrain<IProbeGrain>("sum").Increment()));
        Assert.Equal(Enumerable.Range(1, 500), counts.Order());
    }
}
