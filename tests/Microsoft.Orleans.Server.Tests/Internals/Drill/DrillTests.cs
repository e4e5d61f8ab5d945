using System.Globalization;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Microsoft.Orleans.Server.Tests.Internals.Drill;

/// <summary>
/// Hosts join, leave, die and hang, by a seed and under load: at every step each grain has one live activation at most, and
/// nothing is heard of a silo that is out. DRILL_SECONDS makes it longer than its ten steps, DRILL_SEED another one. The
/// official package's directory promises less (two activations may live for a moment), so it is not held to this.
/// </summary>
public sealed class DrillTests
{
    private const int Steps = 10;
    private const int Grains = 48;

    private static readonly int Seed = Setting("DRILL_SEED", 20261122);
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(Setting("DRILL_SECONDS", 0));

    private readonly string[] _grains = [.. Enumerable.Range(0, Grains).Select(static i => $"drill{i}")];
    private readonly List<SiloProcess> _hosts = [];
    private readonly Ledger _ledger = new();
    private readonly Script _script = new(Seed);
    private readonly Dictionary<Step, int> _done = [];

    [Fact]
    public async Task Hosts_ThatJoinLeaveDieAndHangUnderLoad_LeaveOneLiveActivationAGrain()
    {
        await using var cluster = await TestCluster.StartAsync(1, static (_, silo) =>
        {
            TestCluster.Without<IGrainWithStringKey>(silo);
            TestCluster.Probe(silo, TestSilo.QuickProbes);
            silo.Configure<SiloMessagingOptions>(static options => options.ResponseTimeout = TimeSpan.FromSeconds(20));
        });
        try
        {
            for (var i = 0; i < Script.FewestHosts + 1; i++)
                await JoinAsync(cluster);
            await RunAsync(cluster);
        }
        finally
        {
            Say($"drill: seed {Seed}, steps: {string.Join(", ", _done.Select(static pair => $"{pair.Value} {pair.Key}"))}; {_ledger.Summary()}; violations {_ledger.Check().Count}");
            foreach (var host in _hosts)
                await host.DisposeAsync();
        }
    }

    private async Task RunAsync(TestCluster cluster)
    {
        await using var load = new Load(cluster.Factory(0), _ledger, _grains, Seed);
        load.Start();
        var started = TimeProvider.System.GetTimestamp();
        for (var step = 0; step < Steps || TimeProvider.System.GetElapsedTime(started) < AtLeast; step++)
        {
            var next = _script.Next(_hosts.Count);
            await (next == Step.Join ? JoinAsync(cluster) : RemoveAsync(cluster, next));
            _done[next] = _done.GetValueOrDefault(next) + 1;
            await cluster.SeenByAllAsync(_hosts.Count + 1);
            await Task.WhenAll(_grains.Select(grain => Eventually.Succeeds(cluster.Factory(0).GetGrain<IDrillGrain>(grain).Say, $"{grain} answers after {next}")));
            var seen = _ledger.Answers;
            await Eventually.Holds(() => _ledger.Answers >= seen + (4 * Grains), "the load goes on");
            Assert.Empty(_ledger.Check());
        }
        Assert.Equal(Enum.GetValues<Step>().Order(), _done.Keys.Order());
    }

    private async Task JoinAsync(TestCluster cluster)
    {
        _hosts.Add(await SiloProcess.StartAsync(cluster.PrimaryPort, TestSilo.QuickProbes));
        await cluster.SeenByAllAsync(_hosts.Count + 1);
    }

    private async Task RemoveAsync(TestCluster cluster, Step how)
    {
        var host = _hosts[_script.Pick(_hosts.Count)];
        _hosts.Remove(host);
        await using (host)
        {
            switch (how)
            {
                case Step.Leave: host.Stop(); break;
                case Step.Kill: host.Kill(); break;
                default: host.Pause(); break;
            }
            await ProbePeriods.UntilDeadAsync(cluster, host.Address, TestSilo.QuickProbes);
            _ledger.Gone(host.Address);
            if (how == Step.Hang)
                host.Resume();
            Assert.Equal(how == Step.Leave, await host.ExitCodeAsync() == 0);
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static void Say(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (AtLeast > TimeSpan.Zero)
            Console.WriteLine(line);
    }
}
