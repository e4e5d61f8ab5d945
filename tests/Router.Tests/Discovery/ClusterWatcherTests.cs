using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using ExpertCluster.Node.Membership;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Health;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Discovery;

/// <summary>What a router learns of hosts and experts, look by look.</summary>
public sealed class ClusterWatcherTests : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ScriptedCluster _cluster = ScriptedCluster.Start();
    private readonly CatalogueHolder _catalogue = Catalogues.Of(("law", "demo"), ("tax", "demo"));
    private readonly ManualTime _time = new();
    private readonly UnusableExperts _unusable = new();
    private readonly ClusterViewCache _view = new();
    private readonly ClusterJoin _join = new();
    private readonly FakeProbe _probe = new();
    private readonly HostLiveness _liveness;
    private readonly ClusterWatcher _watcher;

    public ClusterWatcherTests()
    {
        _liveness = new HostLiveness(_view, new NoMembers(), _probe, TimeProvider.System);
        _watcher = new ClusterWatcher(
            _cluster.Factory, _catalogue, _view, new ExpertDirectory(_cluster.Factory), _unusable, _liveness, _join, _time, NullLogger<ClusterWatcher>.Instance);
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
        Assert.Empty(_cluster.Asked);
        _cluster.View = () => ViewOf("a");
        _join.Join();
        await UntilAsync(() => _watcher.HasLocated);
    }

    [Fact(Timeout = 60_000)]
    public async Task Look_FirstHostReports_LocatesEveryExpertAndIsReady()
    {
        var readiness = new RouterReadiness(_watcher);
        Assert.Equal("no expert could be located yet", readiness.Lacks);

        _cluster.View = () => ViewOf("a");
        _cluster.Replicas = expert => Replicas(expert, "a");
        _join.Join();

        await UntilAsync(() => _watcher.Ready);
        Assert.Null(readiness.Lacks);
        Assert.Equal(["law", "tax"], _cluster.Asked.Distinct().Order());
        Assert.Equal(["a"], _view.Current.Hosts.Select(h => h.Name));
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
    public async Task Look_NothingChanged_AsksNoExpertAgain()
    {
        await ReadyAsync("a");
        int asked = _cluster.Asked.Count;

        await LookAsync();
        await LookAsync();

        Assert.Equal(asked, _cluster.Asked.Count);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("a b")]
    [InlineData("b")]
    [InlineData("a#2")]
    public async Task Look_HostsChanged_AsksForEveryExpertAgain(string hosts)
    {
        await ReadyAsync("a");
        _cluster.Asked.Clear();

        _cluster.View = () => ViewOf(hosts.Split(' '));
        await UntilAsync(() => _cluster.Asked.Distinct().Count() == 2);
    }

    /// <summary>The grain that places replicas may not have seen the newest host yet.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Look_ReplicasAreMissing_AsksUntilTheyAreThere()
    {
        _catalogue.Swap(Catalogues.SnapshotOf(2, replicas: 2, ("law", "demo")));
        await ReadyAsync("a", "b");
        await UntilAsync(() => _cluster.Asked.Count(e => e == "law") >= 3);

        _cluster.Replicas = expert => Replicas(expert, "a", "b");
        await UntilAsync(() => Settled());

        bool Settled()
        {
            int asked = _cluster.Asked.Count;
            _time.Advance(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
            return _cluster.Asked.Count == asked;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Look_CatalogueIsSwapped_LocatesTheNewExpert()
    {
        await ReadyAsync("a");

        _catalogue.Swap(Catalogues.SnapshotOf(2, ("law", "demo"), ("code", "demo")));

        await UntilAsync(() => _cluster.Asked.Contains("code"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Look_ExpertsFilesAreBroken_LeavesItOutWithItsReasonUntilTheyAreMended()
    {
        bool broken = true;
        _cluster.View = () => ViewOf("a");
        _cluster.Replicas = expert => expert == "tax" && broken
            ? Task.FromException<ExpertReplica[]>(new ExpertUnusableException("expert tax can't be loaded: adapter_config.json is missing"))
            : Replicas(expert, "a");
        _join.Join();

        await UntilAsync(() => _unusable.ReasonOf("tax") is not null);
        Assert.Equal("expert tax can't be loaded: adapter_config.json is missing", _unusable.ReasonOf("tax"));
        Assert.Null(_unusable.ReasonOf("law"));
        broken = false;
        await UntilAsync(() => _unusable.ReasonOf("tax") is null);
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
        Assert.Equal(["a"], _view.Current.Hosts.Select(h => h.Name));
        _cluster.View = () => ViewOf("a", "b");
        await UntilAsync(() => _view.Current.Hosts.Length == 2);
    }

    private static ClusterView ViewOf(params string[] hosts) => new()
    {
        Hosts = [.. hosts.Select(h => new HostReport { Name = h.Split('#')[0], Silo = h, Address = $"http://{h.Split('#')[0]}:1" })],
    };

    private static Task<ExpertReplica[]> Replicas(string expert, params string[] hosts) => Task.FromResult<ExpertReplica[]>(
        [.. hosts.Select(host => new ExpertReplica { Expert = expert, Host = host, Address = $"http://{host}:1", Epoch = 1 })]);

    private async Task ReadyAsync(params string[] hosts)
    {
        _cluster.View = () => ViewOf(hosts);
        _cluster.Replicas = expert => Replicas(expert, "a");
        _join.Join();
        await UntilAsync(() => _watcher.Ready);
    }

    private async Task LookAsync()
    {
        bool seen = false;
        var view = _cluster.View;
        _cluster.View = () =>
        {
            seen = true;
            return view();
        };
        await UntilAsync(() => seen);
        _cluster.View = view;
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
