using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Demand;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Health;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Discovery;

/// <summary>What a router learns of hosts and experts, look by look.</summary>
public sealed class ClusterWatcherTests : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ScriptedCluster _cluster = ScriptedCluster.Start();
    private readonly ManualTime _time = new();
    private readonly HostDirectory _hosts = new();
    private readonly SuspectBook _suspects = SuspectBooks.Empty(TimeProvider.System);
    private readonly DemandMeter _demand = new(TimeProvider.System);
    private readonly UnusableExperts _unusable;
    private readonly RouterMetrics _metrics = new(Catalogues.Of());
    private readonly ClusterJoin _join = new();
    private readonly FakeProbe _probe = new();
    private readonly HostLiveness _liveness;
    private readonly ClusterWatcher _watcher;

    public ClusterWatcherTests()
    {
        _liveness = new HostLiveness(_hosts, new NoMembers(), _probe, _suspects, TimeProvider.System);
        _unusable = new UnusableExperts(_hosts, _time, NullLogger<UnusableExperts>.Instance);
        _watcher = new ClusterWatcher(
            _cluster.Factory, _hosts, _unusable, new ReplicaBook(_hosts, _time), _liveness, _metrics, _demand, _suspects, new NodeOptions { Name = "r0" }, _join, _time, NullLogger<ClusterWatcher>.Instance);
    }

    public async ValueTask InitializeAsync() => await _watcher.StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _watcher.StopAsync(CancellationToken.None);
        _watcher.Dispose();
        _liveness.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task Look_BeforeTheSiloHasJoined_AsksNobody()
    {
        _cluster.View = () => throw new InvalidOperationException("no grain may be called yet");

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.False(_watcher.HasLocated);
        _cluster.View = () => ViewOf("a");
        _join.Join();
        await UntilAsync(() => _watcher.HasLocated);
    }

    [Fact(Timeout = 60_000)]
    public async Task Look_FirstHostWithABaseReports_IsReady()
    {
        var readiness = new RouterReadiness(_watcher);
        Assert.Equal("no host with a base is known yet", readiness.Lacks);

        int looks = 0;
        _cluster.View = () =>
        {
            looks++;
            return new ClusterView { Hosts = [.. ViewOf("a").Hosts.Select(h => h with { BaseRevisions = [] })] };
        };
        _join.Join();
        await UntilAsync(() => looks >= 2);
        Assert.False(_watcher.HasLocated);
        _cluster.View = () => ViewOf("a");

        await UntilAsync(() => _watcher.Ready);
        Assert.Null(readiness.Lacks);
        await UntilAsync(() => !_cluster.Told.IsEmpty);
        Assert.All(_cluster.Told, report => Assert.Equal("r0", report.Router));
        Assert.Equal(["a"], _hosts.Hosts.Select(h => h.Name));
    }

    [Fact(Timeout = 60_000)]
    public async Task Ready_NoHostAnswers_IsNot()
    {
        _probe.Serves = false;
        _cluster.View = () => ViewOf("a");
        _join.Join();

        await UntilAsync(() => _watcher.HasLocated && _probe.Asked > 0);

        Assert.False(_watcher.Ready);
        Assert.Equal("no expert host answers", new RouterReadiness(_watcher).Lacks);
    }

    [Fact(Timeout = 60_000)]
    public async Task Look_ExpertThatHostsCannotUse_IsLeftOutAndCountedUntilTheyCan()
    {
        var failure = new ExpertFailure { Expert = "watched-tax", Revision = "aa", Reason = "expert watched-tax can't be loaded: adapter_config.json is missing" };
        _cluster.View = () => new ClusterView { Hosts = [.. ViewOf("a").Hosts.Select(h => h with { Failures = [failure] })] };
        _join.Join();

        await UntilAsync(() => _unusable.ReasonOf("aa") is not null);
        await UntilAsync(() => IsCounted());
        Assert.Equal(failure.Reason, _unusable.ReasonOf("aa"));
        _cluster.View = () => ViewOf("a");
        await UntilAsync(() => _unusable.ReasonOf("aa") is null && !IsCounted());

        bool IsCounted() => _metrics.ExpertUnavailable.GetAllLabelValues().Any(labels => labels[0] == "watched-tax");
    }

    [Fact(Timeout = 60_000)]
    public async Task Look_GrainsFail_KeepsWhatIsKnownAndGoesOn()
    {
        await ReadyAsync("a");
        int looks = 0;

        _cluster.View = () =>
        {
            looks++;
            throw new TimeoutException("the silo is gone");
        };
        await UntilAsync(() => looks >= 2);

        Assert.True(_watcher.HasLocated);
        Assert.Equal(["a"], _hosts.Hosts.Select(h => h.Name));
        _cluster.View = () => ViewOf("a", "b");
        await UntilAsync(() => _hosts.Hosts.Count == 2);
    }

    private static ClusterView ViewOf(params string[] hosts) => new()
    {
        Hosts = [.. hosts.Select(h => new HostReport { Name = h.Split('#')[0], Silo = h, Address = $"http://{h.Split('#')[0]}:1", BaseRevisions = ["b0"] })],
    };

    private async Task ReadyAsync(params string[] hosts)
    {
        _cluster.View = () => ViewOf(hosts);
        _join.Join();
        await UntilAsync(() => _watcher.Ready);
    }

    /// <summary>Moves the clock from look to look until it holds; the test's own time limit is the bound.</summary>
    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            _cancellation.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private sealed class FakeProbe : IHostProbe
    {
        private int _asked;

        public bool? Serves { get; set; } = true;

        public int Asked => Volatile.Read(ref _asked);

        public Task<bool?> AskAsync(string host, string address, TimeSpan patience, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _asked);
            return Task.FromResult(Serves);
        }
    }

    private sealed class NoMembers : IHostMembers
    {
        public IEnumerable<string> Names => [];
    }
}
