using Microsoft.Extensions.DependencyInjection;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.OneMachine.Directory;
using Orleans.OneMachine.Hosting;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Internals;

/// <summary>How soon a silo is out, and what it may still do then. The official package keeps neither the time nor the texts.</summary>
public sealed class EvictionTests
{
    /// <summary>
    /// A silo that hangs just after it answered a probe lives the rest of that period; then it misses its limit of probes.
    /// One more period is for the vote and the news of it. With the product's probes, one a second, that is 5 s.
    /// </summary>
    private const double PeriodsUntilOut = 1 + TestSilo.MissedProbes + 1;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Process_ThatDiesOrHangs_IsOutWithinFiveProbesAndTheNextCallServed(bool kill)
    {
        Assert.Equal(TimeSpan.FromSeconds(5), PeriodsUntilOut * TestSilo.QuickProbes);
        await using var cluster = await RouterAsync();
        await using var first = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes, "first");
        await using var second = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes, "second");
        await cluster.SeenByAllAsync(3);
        var grains = Enumerable.Range(0, 16).Select(i => cluster.Factory(0).GetGrain<IProbeGrain>($"moving{i}")).ToArray();
        var before = await Task.WhenAll(grains.Select(grain => grain.Describe()));
        Assert.Contains(before, info => info.Process == first.Id);

        if (kill)
            first.Kill();
        else
            first.Pause();
        Assert.InRange(await ProbePeriods.UntilDeadAsync(cluster, first.Address, TestSilo.QuickProbes), 0, PeriodsUntilOut);

        // No second try: the call after the death finds the grain elsewhere, and grains of the other process where they were.
        var after = await Task.WhenAll(grains.Select(grain => grain.Describe()));
        Assert.All(after, info => Assert.Equal(second.Id, info.Process));
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First.Process == second.Id, pair.First.Activation == pair.Second.Activation));
    }

    [Fact]
    public async Task Process_ThatIsResumedAfterItsDeath_IsIgnoredAndStopsInOrder()
    {
        await using var cluster = await RouterAsync();
        await using var first = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes, "first");
        await using var second = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes, "second");
        await cluster.SeenByAllAsync(3);
        var factory = cluster.Factory(0);
        var witness = factory.GetGrain<IProbeGrain>("witness");
        for (var i = 0; (await witness.Describe()).Process != second.Id; i++)
            witness = factory.GetGrain<IProbeGrain>($"witness{i}");
        await factory.GetGrain<IBurstGrain>("first-nag").Nag(witness.GetPrimaryKeyString());
        await Eventually.Holds(async () => await witness.Count() >= 3, "the process talks to the other one");

        first.Pause();
        await ProbePeriods.UntilDeadAsync(cluster, first.Address, TestSilo.QuickProbes);
        await Eventually.Holds(async () => await factory.GetGrain<IBurstGrain>("second-view").ActiveSilos() == 2, "the other process knows of the death");
        var heard = await witness.Count();

        first.Resume();
        Assert.Equal(FatalErrorHandler.ExitCode, await first.ExitCodeAsync());
        Assert.Equal(heard, await witness.Count());
        Assert.Contains("declared this one dead", first.Log, StringComparison.Ordinal);
        Assert.Contains("its process stops now", first.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_ThatIsDeclaredDead_FallsSilentAndLeavesTheOthersOfItsProcessAlone()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var there = cluster.Factory(1).GetGrain<IProbeGrain>("here");
        for (var i = 0; !(await there.Describe()).Silo.Equals(cluster.Address(1)); i++)
            there = cluster.Factory(1).GetGrain<IProbeGrain>($"here{i}");
        var evicted = cluster.Address(1);

        Assert.True(await cluster.Silos[0].Services.GetRequiredService<IClusterMembershipService>().TryKill(evicted));

        await Eventually.Holds(() => cluster.Journal.Entries.Any(static entry => entry.StartsWith("fatal on B", StringComparison.Ordinal)), "B knows that it is dead");
        await Assert.ThrowsAsync<SiloUnavailableException>(() => there.Describe());
        Assert.NotEqual(evicted, (await cluster.Factory(0).GetGrain<IProbeGrain>(there.GetPrimaryKeyString()).Describe()).Silo);
        Assert.DoesNotContain(cluster.Journal.Entries, static entry => entry.StartsWith("fatal on A", StringComparison.Ordinal) || entry.StartsWith("fatal on C", StringComparison.Ordinal));

        // Its late registrations are refused, whatever way they come.
        var late = new GrainAddress { GrainId = there.GetGrainId(), ActivationId = ActivationId.NewId(), SiloAddress = evicted };
        Assert.Throws<SiloUnavailableException>(() => cluster.Silos[0].Services.GetRequiredService<GrainDirectoryTable>().Register(late));
    }

    private static Task<TestCluster> RouterAsync() => TestCluster.StartAsync(1, static (_, silo) =>
    {
        TestCluster.Without<IGrainWithStringKey>(silo);
        TestCluster.Probe(silo, TestSilo.QuickProbes);
    });
}
