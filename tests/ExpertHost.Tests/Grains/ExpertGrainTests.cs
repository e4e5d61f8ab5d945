using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.ExpertHost.Tests.Grains;

/// <summary>Experts that hosts keep warm, with the placement director, in real silos.</summary>
public sealed class ExpertGrainTests(SmallModels models, SmallCluster cluster) : IClassFixture<SmallCluster>
{
    [Fact]
    public async Task Warm_OnTheHostOfItsKey_IsThereAndNowhereElse()
    {
        cluster.Add(SmallModels.Expert("law-a", models.Law, "base-a"), SmallModels.Alone("base-a"));
        foreach (var host in cluster.Hosts.Values)
        {
            var state = await cluster.WarmAsync("law-a", host.Name);

            Assert.Equal(("law-a", cluster.RevisionOf("law-a"), "", false), (state.Expert, state.Revision, state.Reason, state.IsUnusable));
            Assert.Equal(1, host.Registered("base-a"));
        }

        Assert.Equal(2, cluster.Opened("base-a"));
    }

    [Fact]
    public async Task Warm_Twice_KeepsItOnce()
    {
        cluster.Add(SmallModels.Expert("law-b", models.Law, "base-b"), SmallModels.Alone("base-b"));
        var host = cluster.Hosts.Values.First();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.WarmAsync("law-b", host.Name)));

        Assert.Equal(1, host.Registered("base-b"));
        Assert.Equal(1, cluster.Opened("base-b"));
    }

    [Fact]
    public async Task Warm_AnotherRevision_TakesTheOldOnesPlace()
    {
        cluster.Add(SmallModels.Expert("law-c", models.Law, "base-c"), SmallModels.Alone("base-c"));
        var host = cluster.Hosts.Values.First();
        var first = await cluster.WarmAsync("law-c", host.Name);

        cluster.Change(all => all.Select(e => e.Name == "law-c" ? e with { Adapter = models.Tax } : e));
        var second = await cluster.WarmAsync("law-c", host.Name);

        Assert.NotEqual(first.Revision, second.Revision);
        Assert.Equal(1, host.Registered("base-c"));
    }

    [Fact]
    public async Task LetGo_Kept_GivesTheMemoryBack()
    {
        cluster.Add(SmallModels.Expert("law-d", models.Law, "base-d"), SmallModels.Alone("base-d"));
        var host = cluster.Hosts.Values.First();
        await cluster.WarmAsync("law-d", host.Name);
        var gone = cluster.Orleans.WaitForDeactivationAsync(cluster.Expert("law-d", host.Name));

        await cluster.Expert("law-d", host.Name).LetGoAsync();
        await gone.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, host.Registered("base-d"));
        Assert.Equal("", (await cluster.Expert("law-d", host.Name).GetStateAsync()).Revision);
    }

    [Fact]
    public async Task Warm_FailsForAMoment_SaysSoAndIsTriedAnew()
    {
        cluster.Add(SmallModels.Alone("late"));
        var host = cluster.Hosts.Values.First();
        host.Of<FakeOpener>().Failures["late"] = new IOException("not yet");

        var failed = await cluster.WarmAsync("late", host.Name);
        Assert.Equal(("", "expert late can't be loaded: not yet", false), (failed.Revision, failed.Reason, failed.IsUnusable));
        host.Of<FakeOpener>().Failures.Clear();

        Assert.Equal(cluster.RevisionOf("late"), (await cluster.WarmAsync("late", host.Name)).Revision);
    }

    [Fact]
    public async Task Warm_ItsOwnContentIsTheReason_SaysThat()
    {
        cluster.Add(SmallModels.Alone("spoilt"));
        var host = cluster.Hosts.Values.First();
        host.Of<FakeOpener>().Failures["spoilt"] = new CatalogueException("base spoilt: weights.bin is missing");

        var failed = await cluster.WarmAsync("spoilt", host.Name);

        Assert.Equal(("expert spoilt can't be loaded: base spoilt: weights.bin is missing", true), (failed.Reason, failed.IsUnusable));
        Assert.Contains(host.Of<UnusableExperts>().Current, u => u.Expert == "spoilt");
    }

    [Fact]
    public async Task Warm_RevisionThatTheCatalogueLacks_SaysSo() =>
        Assert.Contains("no such revision of expert law", (await cluster.Expert("law", cluster.Hosts.Keys.First()).WarmAsync("0123")).Reason, StringComparison.Ordinal);

    [Fact]
    public async Task Warm_HostThatIsNotInTheCluster_Fails() =>
        Assert.Contains("host elsewhere is not in the cluster", (await Assert.ThrowsAnyAsync<Exception>(() => cluster.Expert("law", "elsewhere").WarmAsync("1"))).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Warm_KeyThatIsNone_IsRefused() =>
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Orleans.Client.GetGrain<IExpertGrain>("law").WarmAsync("1"));

    [Fact]
    public async Task Follow_Orders_BringsAndLetsGo()
    {
        cluster.Add(SmallModels.Expert("law-e", models.Law, "base-e"), SmallModels.Expert("tax-e", models.Tax, "base-e"), SmallModels.Alone("base-e"));
        var host = cluster.Hosts.Values.First();
        var warm = host.Of<WarmExperts>();

        await FollowAsync("law-e", "tax-e");
        Assert.Equal(2, host.Registered("base-e"));

        await FollowAsync("tax-e");
        Assert.Equal(1, host.Registered("base-e"));

        async Task FollowAsync(params string[] experts)
        {
            var orders = new HostOrders { Warm = [.. experts.Select(e => new ExpertOrder { Expert = e, Revision = cluster.RevisionOf(e) })] };
            while (!warm.Kept.Keys.Select(k => k.Expert).Where(e => e.EndsWith("-e", StringComparison.Ordinal)).Order().SequenceEqual(experts.Order()) || host.Registered("base-e") != experts.Length)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                warm.Follow(orders);
                await Task.Yield();
            }
        }
    }

    /// <summary>A promotion changes what a content stands for: neither of two is gone for a moment that the other is not there.</summary>
    [Fact]
    public async Task Follow_VersionsOfAName_AreKeptBesideEachOther()
    {
        cluster.Add(SmallModels.Expert("law-f", models.Law, "base-f") with { Canary = new PreparedVersion { Adapter = models.Tax } }, SmallModels.Alone("base-f"));
        var host = cluster.Hosts.Values.First();
        var law = host.Of<CatalogueHolder>().Current.FindExpert("law-f")!;

        await FollowAsync((law.Revision, ""), (law.Canary!.Revision, "canary"));
        Assert.Equal(2, host.Registered("base-f"));

        cluster.Change(all => all.Select(e => e.Name == "law-f" ? e with { Adapter = models.Tax, Canary = null } : e));
        await FollowAsync((law.Canary.Revision, ""));
        Assert.Equal(1, host.Registered("base-f"));

        async Task FollowAsync(params (string Revision, string Version)[] wanted)
        {
            var warm = host.Of<WarmExperts>();
            var orders = new HostOrders { Warm = [.. wanted.Select(w => new ExpertOrder { Expert = "law-f", Revision = w.Revision, Version = w.Version })] };
            while (!warm.Kept.Where(k => k.Key.Expert == "law-f").Select(k => (k.Value, k.Key.Version)).Order().SequenceEqual(wanted.Order()) || host.Registered("base-f") != wanted.Length)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                warm.Follow(orders);
                await Task.Yield();
            }
        }
    }
}
