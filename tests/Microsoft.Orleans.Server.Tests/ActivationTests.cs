using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

public sealed class ActivationTests
{
    [Fact]
    public async Task OnActivate_Throws_CallersGetItAndTheNextCallTriesAnew()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
        {
            var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Factory(silo).GetGrain<IFailingGrain>("moody").Hello());
            Assert.Equal("not yet", exception.Message);
        }
        Assert.Equal("hello", await cluster.Factory(0).GetGrain<IFailingGrain>("moody").Hello());
        Assert.Equal(3, cluster.Journal.Count("attempt"));
    }

    [Fact]
    public async Task DeactivateOnIdle_NextCall_ActivatesAnew()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var grain = cluster.Factory(1).GetGrain<IProbeGrain>("leaving");
        var first = await grain.Describe();
        await grain.Deactivate();
        await Eventually.Holds(() => cluster.Journal.Count("deactivated leaving ApplicationRequested") == 1, "the grain has left");
        Assert.NotEqual(first.Activation, (await grain.Describe()).Activation);
        Assert.Equal(2, cluster.Journal.Count("activated leaving"));
    }

    /// <summary>Interleaving ones too: a grain that is about to leave takes nothing more, however long its last call runs.</summary>
    [Fact]
    public async Task DeactivateOnIdle_WhileACallRuns_LeavesWhatComesThenToTheNextActivation()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
        {
            var grain = cluster.Factory(silo).GetGrain<IProbeGrain>($"leaver{silo}");
            var running = grain.WaitForEntry($"go{silo}");
            await Eventually.Holds(() => cluster.Journal.Count("waiting") == silo + 1, "a call runs");
            var leaving = await grain.Leave();
            var behind = Enumerable.Range(0, 5).Select(_ => grain.Increment()).ToArray();
            var passing = grain.DescribeNow();

            cluster.Journal.Add($"go{silo}");
            await running;

            Assert.Equal([1, 2, 3, 4, 5], (await Task.WhenAll(behind)).Order());
            var next = (await passing).Activation;
            Assert.NotEqual(leaving.Activation, next);
            Assert.Equal(next, (await grain.Describe()).Activation);
            Assert.Equal(2, cluster.Journal.Count($"activated leaver{silo}"));
        }
    }

    [Fact]
    public async Task DeactivateOnIdle_UnderLoad_LosesNoCall()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var calls = Enumerable.Range(0, 300).Select(async i =>
        {
            var grain = cluster.Factory(i % 3).GetGrain<IProbeGrain>("restless");
            if (i % 25 == 0)
                await grain.Deactivate();
            return await grain.Describe();
        });
        await Task.WhenAll(calls);
        await Eventually.Holds(
            () => cluster.Journal.Count("activated restless") - cluster.Journal.Count("deactivated restless ApplicationRequested") is 0 or 1,
            "at most one activation is left");
    }

    [Fact]
    public async Task IdleGrain_PastItsAge_IsCollected()
    {
        await using var cluster = await TestCluster.StartAsync(2, (_, silo) => silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionAge = TimeSpan.FromMilliseconds(400);
            options.CollectionQuantum = TimeSpan.FromMilliseconds(100);
        }));
        await cluster.Factory(0).GetGrain<IProbeGrain>("kept").Keep(TimeSpan.FromHours(1));
        await cluster.Factory(0).GetGrain<IProbeGrain>("idle").Touch();
        await Eventually.Holds(() => cluster.Journal.Count("deactivated idle ActivationIdle") == 1, "the idle grain is collected");
        Assert.Equal(0, cluster.Journal.Count("deactivated kept ActivationIdle"));
        Assert.Equal(1, await cluster.Factory(1).GetGrain<IProbeGrain>("idle").Increment());
        Assert.Equal(2, cluster.Journal.Count("activated idle"));
    }

    [Fact]
    public async Task Stop_OfASilo_LetsARunningCallEndBeforeItsGrainLeaves()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var grain = cluster.Factory(1).GetGrain<IProbeGrain>("busy");
        for (var i = 0; !(await grain.Describe()).Silo.Equals(cluster.Address(1)); i++)
            grain = cluster.Factory(1).GetGrain<IProbeGrain>($"busy{i}");
        var call = cluster.Factory(0).GetGrain<IProbeGrain>(grain.GetPrimaryKeyString()).WaitForEntry("go on");
        await cluster.Journal.WaitAsync("waiting").WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        var stop = cluster.StopAsync(1);
        Assert.False(call.IsCompleted || stop.IsCompleted);
        cluster.Journal.Add("go on");
        await call;
        await stop;
        var entries = cluster.Journal.Entries.ToList();
        Assert.InRange(entries.IndexOf($"worked {grain.GetPrimaryKeyString()}"), 0, entries.IndexOf($"deactivated {grain.GetPrimaryKeyString()} ShuttingDown"));
    }

    [Fact]
    public async Task Stop_OfASilo_DeactivatesItsGrains()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var keys = Enumerable.Range(0, 20).Select(i => $"parting{i}").ToArray();
        var infos = await Task.WhenAll(keys.Select(key => cluster.Factory(0).GetGrain<IProbeGrain>(key).Describe()));
        var there = keys.Zip(infos).Where(pair => pair.Second.Silo.Equals(cluster.Address(1))).Select(pair => pair.First).ToArray();
        Assert.NotEmpty(there);
        await cluster.StopAsync(1);
        Assert.All(there, key => Assert.Equal(1, cluster.Journal.Count($"deactivated {key} ShuttingDown")));
        foreach (var key in there)
            Assert.Equal(cluster.Address(0), (await cluster.Factory(0).GetGrain<IProbeGrain>(key).Describe()).Silo);
    }
}
