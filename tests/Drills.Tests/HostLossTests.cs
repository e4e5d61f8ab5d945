using ExpertCluster.Drills.Support;

namespace ExpertCluster.Drills;

/// <summary>A host that dies, hangs or is cut off: who else has its experts answers on, and what it alone had comes up elsewhere.</summary>
public abstract class HostLossTests(string store, bool oneWay)
{
    private const int LostCluster = 3;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(15);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Killed_ItsExpertsAreServedElsewhereAndNobodyElseNotices()
    {
        DrillOptions.OnlyOn(store, its: "redis");
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 3);
        await using var asker = new Asker(cluster.Client, DrillCatalogue.Twofold);
        var victim = (await cluster.HostsOfAsync(DrillCatalogue.Single)).Single();

        await victim.KillAsync();
        await Answers.ServedByAnotherAsync(cluster, victim);

        victim.Restart();
        await victim.ReadyAsync();
        await asker.MoreAsync(5);
        await asker.FoundNothingWrongAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task Frozen_ItsExpertsAreServedElsewhereAndItEndsWhenItWakes()
    {
        DrillOptions.OnlyOn(store, its: "postgres");
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 3);
        await using var asker = new Asker(cluster.Client, DrillCatalogue.Twofold);
        var victim = (await cluster.HostsOfAsync(DrillCatalogue.Single)).Single();

        victim.Signal(Posix.Stop);
        await Answers.ServedByAnotherAsync(cluster, victim);

        // Others serve at once; until the members agree that it is gone takes longer, and that is what it must learn when it wakes.
        await Task.Delay(Frozen, TimeProvider.System, _cancellation);
        victim.Signal(Posix.Continue);
        await victim.ExitedAsync();
        Assert.Equal(LostCluster, victim.ExitCode);
        victim.Restart();
        await victim.ReadyAsync();
        await asker.FoundNothingWrongAsync();
    }

    /// <summary>Too short to be noticed by the membership: nothing changes hands.</summary>
    [Fact(Timeout = 180_000)]
    public async Task CutOffForAMoment_StaysAMemberAndNobodyElseNotices()
    {
        DrillOptions.OnlyOn(store, its: "postgres");
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 3);
        Assert.SkipUnless(cluster.Network.HasLinks, "no network namespaces can be made here, so no link can be cut");
        await using var asker = new Asker(cluster.Client, DrillCatalogue.Twofold);
        var victim = (await cluster.HostsOfAsync(DrillCatalogue.Single)).Single();

        await CutAsync(cluster, victim, oneWay, Moment);

        await Answers.HostOfAsync(cluster, DrillCatalogue.Single);
        await asker.FoundNothingWrongAsync();
        Assert.False(victim.HasExited, victim.Output);
    }

    [Fact(Timeout = 240_000)]
    public async Task CutOffForAMinute_ItsExpertsAreServedElsewhereAndItEnds()
    {
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 3);
        Assert.SkipUnless(cluster.Network.HasLinks, "no network namespaces can be made here, so no link can be cut");
        await using var asker = new Asker(cluster.Client, DrillCatalogue.Twofold);
        var victim = (await cluster.HostsOfAsync(DrillCatalogue.Single)).Single();

        var cut = CutAsync(cluster, victim, oneWay, Minute);
        await Answers.ServedByAnotherAsync(cluster, victim);
        await cut;

        await victim.ExitedAsync();
        Assert.Equal(LostCluster, victim.ExitCode);
        Assert.All(cluster.Nodes.Where(n => n != victim), n => Assert.False(n.HasExited, n.Output));
        victim.Restart();
        await victim.ReadyAsync();
        await asker.FoundNothingWrongAsync();
    }

    /// <summary>Both ways: its link. One way: it hears the others and reaches the store, but no node hears it.</summary>
    private async Task CutAsync(DrillCluster cluster, Node victim, bool oneWay, TimeSpan duration)
    {
        var others = cluster.Nodes.Where(n => n != victim).Select(n => n.Machine).ToList();
        await (oneWay ? Task.WhenAll(others.Select(victim.Machine.LoseAsync)) : victim.Machine.CutAsync());

        // The length of the cut is what the drill is about.
        await Task.Delay(duration, TimeProvider.System, _cancellation);
        await (oneWay ? Task.WhenAll(others.Select(victim.Machine.ReachAsync)) : victim.Machine.MendAsync());
    }
}

/// <inheritdoc/>
[Collection(nameof(OnRedis))]
public sealed class HostLossOnRedisTests() : HostLossTests("redis", oneWay: false);

/// <inheritdoc/>
[Collection(nameof(OnPostgres))]
public sealed class HostLossOnPostgresTests() : HostLossTests("postgres", oneWay: true);
