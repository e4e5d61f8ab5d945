using System.Net;
using ExpertCluster.ExpertHost.Reporting;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.ExpertHost.Tests.Reporting;

public sealed class HostReporterTests(SmallModels models) : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly HostParts _host = new(models);
    private readonly ClusterJoin _join = new();
    private readonly ClusterViewCache _view = new();
    private readonly LogLines<HostReporter> _log = new();
    private readonly (IGrainFactory Grains, RecordingCatalog Catalog) _cluster = RecordingCatalog.Create();
    private HostReporter _reporter = null!;

    public async ValueTask InitializeAsync()
    {
        _reporter = new HostReporter(
            _cluster.Grains, new Silo(), _host.Node, new TlsOptions(), _host.Bases, _host.Drain, _join, _view, _host.Time, _log);
        await _reporter.StartAsync(_cancellation);
    }

    [Fact]
    public async Task Report_OnceJoined_SaysWhoTheHostIsAndWhatItHas()
    {
        Assert.False(_cluster.Catalog.HasMore);
        await _host.LoadAsync("law");
        _join.Join();

        var report = await _cluster.Catalog.NextAsync();

        Assert.Equal(("host-7", "10.0.0.7:11111@3", "http://10.0.0.7:5007"), (report.Name, report.Silo, report.Address));
        Assert.Equal([SmallModels.Base], report.Bases);
        Assert.Equal((0, 0, false), (report.Running, report.Waiting, report.Draining));
        Assert.InRange(report.FreeMemoryBytes, 0, report.TotalMemoryBytes);
    }

    [Fact]
    public async Task Report_EachSecond_SaysWhatIsNow()
    {
        _join.Join();
        Assert.False((await _cluster.Catalog.NextAsync()).Draining);
        _host.Drain.Begin();

        _host.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(_cluster.Catalog.HasMore);
        _host.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True((await _cluster.Catalog.NextAsync()).Draining);
    }

    [Fact]
    public async Task Report_Answer_IsTheViewThatPlacementGoesBy()
    {
        var seen = new TaskCompletionSource<ClusterView>(TaskCreationOptions.RunContinuationsAsynchronously);
        _cluster.Catalog.Answer(report => new ClusterView { Hosts = [report, new HostReport { Name = "other" }] });
        _join.Join();
        await _cluster.Catalog.NextAsync();
        while (_view.Current.Hosts.Length == 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(["host-7", "other"], _view.Current.Hosts.Select(h => h.Name));
    }

    [Fact]
    public async Task Report_Fails_IsTriedAgainAndTheViewStays()
    {
        _view.Update(new ClusterView { Hosts = [new HostReport { Name = "before" }] });
        _cluster.Catalog.Answer(_ => throw new TimeoutException("the catalog's host\nis gone"));
        _join.Join();
        await _cluster.Catalog.NextAsync();
        await _log.UntilAsync(1);

        Assert.Equal((2101, "The catalog grain could not be told: the catalog's host"), Assert.Single(_log.Lines));
        Assert.Equal("before", Assert.Single(_view.Current.Hosts).Name);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        await _cluster.Catalog.NextAsync();
    }

    [Fact]
    public async Task Stop_BeforeTheJoinAndAfterIt_Ends()
    {
        await _reporter.StopAsync(_cancellation);

        Assert.Null(_reporter.ExecuteTask!.Exception);
        _join.Join();
        _host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(_cluster.Catalog.HasMore);
    }

    public async ValueTask DisposeAsync()
    {
        await _reporter.StopAsync(CancellationToken.None);
        _reporter.Dispose();
        await _host.DisposeAsync();
    }

    private sealed class Silo : ILocalSiloDetails
    {
        public string Name => "host-7";

        public string ClusterId => "c";

        public string DnsHostName => "host-7";

        public SiloAddress SiloAddress { get; } = SiloAddress.New(new IPEndPoint(IPAddress.Parse("10.0.0.7"), 11111), 3);

        public SiloAddress GatewayAddress => SiloAddress;
    }
}
