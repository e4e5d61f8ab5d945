using ExpertCluster.Catalogue;
using ExpertCluster.Contracts.Hashing;
using ExpertCluster.ExpertHost.Grains;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.ExpertHost.Tests.Grains;

public sealed class ExpertManagerGrainTests(SmallModels models, SmallCluster cluster) : IClassFixture<SmallCluster>
{
    [Fact]
    public async Task GetReplicas_OneWanted_IsLoadedOnOneHost()
    {
        cluster.Add(SmallModels.Expert("one", models.Law, "one-base"), SmallModels.Alone("one-base"));

        var replica = Assert.Single(await cluster.ReplicasAsync("one"));

        Assert.Equal(("one", 0), (replica.Expert, replica.Replica));
        Assert.NotNull(cluster.Find(replica));
        Assert.Equal(1, cluster.Opened("one-base"));
    }

    [Fact]
    public async Task GetReplicas_TwoWanted_AreOnTwoHosts()
    {
        cluster.Add(SmallModels.Alone("two", replicas: 2));

        var replicas = await cluster.ReplicasAsync("two");

        Assert.Equal([0, 1], replicas.Select(r => r.Replica));
        Assert.Equal(cluster.Hosts.Keys.Order(), replicas.Select(r => r.Host).Order());
        Assert.All(replicas, r => Assert.NotNull(cluster.Find(r)));
    }

    [Fact]
    public async Task GetReplicas_MoreWantedThanHosts_IsOneForEachHost()
    {
        cluster.Add(SmallModels.Alone("many", replicas: 9));

        Assert.Equal(2, (await cluster.ReplicasAsync("many")).Length);
    }

    [Fact]
    public async Task GetReplicas_AskedAgain_IsTheSame()
    {
        cluster.Add(SmallModels.Alone("same", replicas: 2));

        Assert.Equal(await cluster.ReplicasAsync("same"), await cluster.ReplicasAsync("same"));
        Assert.Equal(2, cluster.Opened("same"));
    }

    [Fact]
    public async Task GetReplicas_UnknownExpert_IsNamed() => Assert.Equal(
        "the catalogue has no expert 'nobody'", (await Assert.ThrowsAsync<KeyNotFoundException>(() => cluster.ReplicasAsync("nobody"))).Message);

    [Fact]
    public async Task GetReplicas_WantedNumberChanges_IsFollowed()
    {
        cluster.Add(SmallModels.Alone("grows"));
        Assert.Single(await cluster.ReplicasAsync("grows"));

        cluster.Change(all => all.Select(e => e.Name == "grows" ? e with { Replicas = 2 } : e));

        Assert.Equal(2, (await cluster.ReplicasAsync("grows")).Length);
    }

    [Fact]
    public async Task GetReplicas_FailsForAMoment_TriesASecondTime()
    {
        cluster.Add(SmallModels.Alone("shaky"));
        int failures = 0;
        foreach (var host in cluster.Hosts.Values)
        {
            host.Of<FakeOpener>().FailuresOnce["shaky"] = () => Interlocked.Increment(ref failures) == 1 ? new IOException("for once") : null;
        }

        Assert.Single(await cluster.ReplicasAsync("shaky"));

        Assert.Equal(2, cluster.Opened("shaky"));
        Assert.Contains((2001, "Replica shaky#0 could not be loaded: expert shaky can't be loaded: for once"), Log());
    }

    [Fact]
    public async Task GetReplicas_OneHostCannot_IsWhatTheOthersHave()
    {
        string[] hosts = [.. cluster.Hosts.Keys.Order()];
        var (failing, healthy) = (hosts[0], hosts[1]);
        string[] experts = [.. Enumerable.Range(0, 100).Select(i => $"half-{i}").GroupBy(HomeOf).Select(names => names.First())];
        cluster.Add([.. experts.Select(e => SmallModels.Alone(e, replicas: 2))]);
        foreach (string expert in experts)
        {
            cluster.Hosts[failing].Of<FakeOpener>().Failures[expert] = new IOException("no memory");
        }

        // One is at home on each host, so that one of them has its first try where it fails.
        Assert.Equal(2, experts.Length);
        foreach (string expert in experts)
        {
            Assert.Equal(healthy, Assert.Single(await cluster.ReplicasAsync(expert)).Host);
        }

        string HomeOf(string baseName) => hosts.MaxBy(host => RendezvousHash.Weight(RendezvousHash.KeyOf(baseName), host))!;
    }

    [Fact]
    public async Task GetReplicas_NobodyCan_TellsTheLastReason()
    {
        cluster.Add(SmallModels.Alone("never"));
        Fail("never", new IOException("no memory"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.ReplicasAsync("never"));

        Assert.Equal("no host can load expert 'never': expert never can't be loaded: no memory", error.Message);
        Assert.Equal(2, cluster.Opened("never"));
    }

    [Fact]
    public async Task GetReplicas_ItsOwnFilesAreTheReason_IsToldAsSuchAndTriedOnce()
    {
        cluster.Add(SmallModels.Alone("spoilt"));
        Fail("spoilt", new CatalogueException("base spoilt: weights.bin is missing"));

        var error = await Assert.ThrowsAsync<ExpertUnusableException>(() => cluster.ReplicasAsync("spoilt"));

        Assert.Equal("expert spoilt can't be loaded: base spoilt: weights.bin is missing", error.Message);
        Assert.Equal(1, cluster.Opened("spoilt"));
        Assert.DoesNotContain(Log(), line => line.Text.Contains("spoilt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GetReplicas_ColdExpertAskedByManyAtOnce_LoadsOnce()
    {
        cluster.Add(SmallModels.Expert("cold", models.Law, "cold-base"), SmallModels.Alone("cold-base"));
        var opening = new TaskCompletionSource();
        foreach (var host in cluster.Hosts.Values)
        {
            host.Of<FakeOpener>().Until = opening.Task;
        }

        var asked = Enumerable.Range(0, 200).Select(_ => cluster.ReplicasAsync("cold")).ToArray();
        opening.SetResult();
        var answers = await Task.WhenAll(asked);

        Assert.Single(answers.Select(a => Assert.Single(a)).Distinct());
        Assert.Equal(1, cluster.Opened("cold-base"));
        Assert.Single(cluster.Hosts.Values.SelectMany(h => h.Of<ExpertHost.Runtime.ActivationRegistry>().All), a => a.Replica.Expert == "cold");
    }

    private IEnumerable<(int Id, string Text)> Log() => cluster.Hosts.Values.SelectMany(h => h.Of<LogLines<ExpertManagerGrain>>().Lines);

    private void Fail(string baseName, Exception failure)
    {
        foreach (var host in cluster.Hosts.Values)
        {
            host.Of<FakeOpener>().Failures[baseName] = failure;
        }
    }
}
