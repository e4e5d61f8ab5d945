using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

/// <summary>Silos in processes of their own; the test's own silo is the primary and lacks the grain classes, as a router does.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task GetGrain_BeforeAnySiloHasTheClass_ThrowsArgumentException()
    {
        await using var cluster = await RouterAsync();
        var exception = Assert.Throws<ArgumentException>(() => cluster.Factory(0).GetGrain<IProbeGrain>("early"));
        Assert.Contains(nameof(IProbeGrain), exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => cluster.Factory(0).GetGrain<IOrphanGrain>("never"));
    }

    [Fact]
    public async Task Calls_FromASiloWithoutTheClass_RunInTheOtherProcesses()
    {
        await using var cluster = await RouterAsync();
        await using var first = await SiloProcess.StartAsync(cluster.PrimaryPort);
        await using var second = await SiloProcess.StartAsync(cluster.PrimaryPort);
        await cluster.SeenByAllAsync(3);

        var infos = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => cluster.Factory(0).GetGrain<IProbeGrain>($"spread{i}").Describe()));
        Assert.Equal(new HashSet<int> { first.Id, second.Id }, infos.Select(info => info.Process).ToHashSet());

        // From one process to the other, and to the same activation as from here.
        var seen = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => cluster.Factory(0).GetGrain<IProbeGrain>($"via{i}").DescribeOther($"spread{i}")));
        Assert.Equal(infos.Take(16), seen);
    }

    [Fact]
    public async Task FirstCalls_200AtOnceFromThreeProcesses_GiveOneActivation()
    {
        await using var cluster = await RouterAsync();
        string[] names = ["P", "Q", "R"];
        var processes = await Task.WhenAll(names.Select(name => SiloProcess.StartAsync(cluster.PrimaryPort, name: name)));
        await cluster.SeenByAllAsync(4);
        var bursts = names.Select(name => cluster.Factory(0).GetGrain<IBurstGrain>($"{name}-burst")).ToArray();
        Assert.Equal(processes.Select(process => process.Id), await Task.WhenAll(bursts.Select(burst => burst.Process())));

        for (var round = 0; round < 10; round++)
        {
            var key = $"cold{round}";
            var counts = await Task.WhenAll(bursts.Zip([67, 67, 66], (burst, calls) => burst.Increment(key, calls)));
            Assert.Equal(Enumerable.Range(1, 200), counts.SelectMany(static count => count).Order());
        }
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
    }

    [Theory]
    [InlineData("argument", typeof(ArgumentException))]
    [InlineData("order", typeof(OrderException))]
    [InlineData("other", typeof(NotSupportedException))]
    public async Task Call_GrainInAnotherProcessThrows_CallerGetsTypeMessageAndWhatIsWithin(string kind, Type expected)
    {
        await using var cluster = await RouterAsync();
        await using var process = await SiloProcess.StartAsync(cluster.PrimaryPort);
        await cluster.SeenByAllAsync(2);
        var exception = await Assert.ThrowsAsync(expected, () => cluster.Factory(0).GetGrain<IProbeGrain>("thrower").Throw(kind, "what went wrong: ÿ"));
        Assert.Equal("what went wrong: ÿ", exception.Message);
        Assert.Contains(nameof(IProbeGrain.Throw), exception.StackTrace, StringComparison.Ordinal);
        if (exception is OrderException order)
        {
            Assert.Equal(7, order.Order);
            Assert.Equal("within", Assert.IsType<InvalidOperationException>(order.InnerException).Message);
        }
    }

    /// <summary>The grain takes one call at a time: it answers the second one only once the token has ended the first one there.</summary>
    [Fact]
    public async Task Call_CallerCancels_TokenFiresInTheOtherProcess()
    {
        await using var cluster = await RouterAsync();
        await using var process = await SiloProcess.StartAsync(cluster.PrimaryPort);
        await cluster.SeenByAllAsync(2);
        var grain = cluster.Factory(0).GetGrain<IProbeGrain>("waiter");
        await grain.Touch();
        using var source = new CancellationTokenSource();
        var waiting = grain.WaitForCancellation(source.Token);
        var behind = grain.Increment();
        Assert.False(waiting.IsCompleted);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, await behind.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Kill_GrainsComeBackElsewhere_AndCallsInFlightFail()
    {
        await using var cluster = await RouterAsync(TestSilo.QuickProbes);
        await using var first = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes);
        await using var second = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes);
        await cluster.SeenByAllAsync(3);
        var (key, info) = await OnAsync(cluster, first);
        var grain = cluster.Factory(0).GetGrain<IProbeGrain>(key);
        var hanging = grain.Hang();

        first.Kill();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => hanging.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken));

        var started = TimeProvider.System.GetTimestamp();
        var again = await Eventually.Succeeds(grain.Describe, "the grain is active again");
        Assert.Equal(second.Id, again.Process);
        Assert.NotEqual(info.Activation, again.Activation);
        TestContext.Current.TestOutputHelper?.WriteLine($"active elsewhere after {TimeProvider.System.GetElapsedTime(started)}");
        await cluster.SeenByAllAsync(2);
    }

    [Fact]
    public async Task Pause_PastItsDeath_TheResumedProcessEndsAndIsIgnored()
    {
        await using var cluster = await RouterAsync(TestSilo.QuickProbes);
        await using var first = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes);
        await using var second = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes);
        await cluster.SeenByAllAsync(3);
        var (key, before) = await OnAsync(cluster, first);
        var grain = cluster.Factory(0).GetGrain<IProbeGrain>(key);

        first.Pause();
        var again = await Eventually.Succeeds(grain.Describe, "the grain is active again");
        Assert.Equal(second.Id, again.Process);
        Assert.NotEqual(before.Activation, again.Activation);

        first.Resume();
        Assert.NotEqual(0, await first.ExitCodeAsync());
        Assert.Equal(again, await grain.Describe());
        await cluster.SeenByAllAsync(2);
    }

    [Fact]
    public async Task Stop_InOrder_GrainsMoveWithoutAFailedCall()
    {
        await using var cluster = await RouterAsync();
        await using var first = await SiloProcess.StartAsync(cluster.PrimaryPort);
        await using var second = await SiloProcess.StartAsync(cluster.PrimaryPort);
        await cluster.SeenByAllAsync(3);
        var grains = Enumerable.Range(0, 32).Select(i => cluster.Factory(0).GetGrain<IProbeGrain>($"moving{i}")).ToArray();
        await Task.WhenAll(grains.Select(grain => grain.Describe()));

        first.Stop();
        Assert.Equal(0, await first.ExitCodeAsync());
        var infos = await Task.WhenAll(grains.Select(grain => grain.Describe()));
        Assert.All(infos, info => Assert.Equal(second.Id, info.Process));
    }

    [Fact]
    public async Task Restart_OnceAllHostsHaveGone_ServesAgain()
    {
        await using var cluster = await RouterAsync(TestSilo.QuickProbes);
        await using (var first = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes))
        {
            await cluster.SeenByAllAsync(2);
            await cluster.Factory(0).GetGrain<IProbeGrain>("phoenix").Increment();
        }
        await cluster.SeenByAllAsync(1);
        await using var second = await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes);
        await cluster.SeenByAllAsync(2);
        Assert.Equal(1, await cluster.Factory(0).GetGrain<IProbeGrain>("phoenix").Increment());
    }

    private static Task<TestCluster> RouterAsync(TimeSpan? probes = null) => TestCluster.StartAsync(1, (_, silo) =>
    {
        TestCluster.Without<IGrainWithStringKey>(silo);
        TestCluster.Probe(silo, probes ?? TestSilo.PatientProbes);
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(20));
    });

    /// <summary>A grain that is active in that process.</summary>
    private static async Task<(string Key, ActivationInfo Info)> OnAsync(TestCluster cluster, SiloProcess process)
    {
        for (var i = 0; ; i++)
        {
            var info = await cluster.Factory(0).GetGrain<IProbeGrain>($"seek{i}").Describe();
            if (info.Process == process.Id)
                return ($"seek{i}", info);
        }
    }
}
