using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;
using Orleans;

namespace ExpertCluster.ExpertHost.Tests.Grains;

public sealed class ExpertGrainTests(SmallModels models, SmallCluster cluster) : IClassFixture<SmallCluster>
{
    [Fact]
    public async Task EnsureLoaded_Twice_IsOneEpoch()
    {
        cluster.Add(SmallModels.Expert("law-a", models.Law));

        Assert.Equal(await cluster.LoadAsync("law-a"), await cluster.LoadAsync("law-a"));
    }

    [Fact]
    public async Task EnsureLoaded_AfterADeactivation_IsANewEpochAndTheOldOneIsDead()
    {
        cluster.Add(SmallModels.Expert("law-b", models.Law));
        var first = await cluster.LoadAsync("law-b");
        var old = cluster.Find(first)!;

        await cluster.Orleans.DeactivateAsync(cluster.Expert("law-b"));
        var second = await cluster.LoadAsync("law-b");

        Assert.NotEqual(first.Epoch, second.Epoch);
        Assert.Null(cluster.Find(first));
        Assert.False(old.TryEnter());
        Assert.True(cluster.Find(second)!.TryEnter());
    }

    [Fact]
    public async Task EnsureLoaded_ActivationThatDrains_IsReplacedByOneThatDoesNot()
    {
        cluster.Add(SmallModels.Expert("law-c", models.Law));
        var first = await cluster.LoadAsync("law-c");
        await cluster.Find(first)!.DrainAsync();

        var second = await cluster.LoadAsync("law-c");

        Assert.NotEqual(first.Epoch, second.Epoch);
        Assert.Null(cluster.Find(first));
        Assert.NotNull(cluster.Find(second));
    }

    [Fact]
    public async Task EnsureLoaded_Fails_LeavesNoActivationAndIsTriedAnew()
    {
        cluster.Add(SmallModels.Alone("late"));
        foreach (var host in cluster.Hosts.Values)
        {
            host.Of<FakeOpener>().Failures["late"] = new IOException("not yet");
        }

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.LoadAsync("late"));
        Assert.Equal("expert late can't be loaded: not yet", error.Message);
        foreach (var host in cluster.Hosts.Values)
        {
            host.Of<FakeOpener>().Failures.Clear();
        }

        Assert.NotNull(cluster.Find(await cluster.LoadAsync("late")));
    }

    [Fact]
    public async Task Catalogue_NoLongerHasTheExpert_ItGoesAndWhatRunsEnds()
    {
        cluster.Add(SmallModels.Expert("leaves", models.Law), SmallModels.Expert("stays", models.Tax));
        var grain = cluster.Expert("leaves");
        var leaves = await cluster.LoadAsync("leaves");
        var stays = await cluster.LoadAsync("stays");
        var activation = cluster.Find(leaves)!;
        Assert.True(activation.TryEnter());
        var gone = cluster.Orleans.WaitForDeactivationAsync(grain);

        cluster.Change(all => all.Where(e => e.Name != "leaves"));
        await gone.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Null(cluster.Find(leaves));
        Assert.NotNull(cluster.Find(stays));
        Assert.Equal(1, activation.Running);
        Assert.Equal(stays, await cluster.LoadAsync("stays"));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => cluster.ReplicasAsync("leaves"));
    }

    [Fact]
    public async Task Catalogue_WantsFewerReplicas_TheLastOneGoes()
    {
        cluster.Add(SmallModels.Alone("shrinks", replicas: 2));
        var replicas = await cluster.ReplicasAsync("shrinks");
        var gone = cluster.Orleans.WaitForDeactivationAsync(cluster.Expert("shrinks", 1));

        cluster.Change(all => all.Select(e => e.Name == "shrinks" ? e with { Replicas = 1 } : e));
        await gone.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal([replicas[0]], await cluster.ReplicasAsync("shrinks"));
        Assert.Null(cluster.Find(replicas[1]));
    }

    [Fact]
    public async Task EnsureLoaded_KeyThatIsNone_IsRefused() => await Assert.ThrowsAnyAsync<Exception>(
        () => cluster.Orleans.Client.GetGrain<IExpertGrain>("law").EnsureLoadedAsync());
}
