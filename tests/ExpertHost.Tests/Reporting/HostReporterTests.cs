using System.Net;
using ExpertCluster.ExpertHost.Devices;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Reporting;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;
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
    private readonly LogLines<HostReporter> _log = new();
    private readonly (IGrainFactory Grains, RecordingCatalog Catalog) _cluster = RecordingCatalog.Create();
    private readonly LogLines<WarmExperts> _warmLog = new();
    private readonly PlayedDevices _devices = new();
    private WarmExperts _warm = null!;
    private HostReporter _reporter = null!;

    public async ValueTask InitializeAsync()
    {
        _warm = new WarmExperts(_cluster.Grains, _host.Node, _warmLog);
        _reporter = new HostReporter(
            _cluster.Grains, new Silo(), _host.Node, new TlsOptions(), _host.Bases, _host.Activations, _host.Unusable, _warm, _host.Wanted, _host.Known, _devices,
            new RuntimeOptions { Labels = ["zone=a"] }, _host.Drain, _join, _host.Time, _log);
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
    public async Task Report_OnAGpuNode_SaysWhatTheDevicesHave()
    {
        _devices.Now = [new Device("Card", 3, 8, 0.5)];
        _join.Join();

        var report = await _cluster.Catalog.NextAsync();

        Assert.Equal([new DeviceReport { Name = "Card", FreeMemoryBytes = 3, TotalMemoryBytes = 8 }], report.Devices);
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
    public async Task Report_WhatIsInMemoryAndWhatCannotBeUsed_IsTold()
    {
        var law = await _host.LoadAsync("law");
        _host.Unusable.Add(_host.Catalogue.Current.FindExpert("tax")!, "expert tax can't be loaded: no");
        _join.Join();

        var report = await _cluster.Catalog.NextAsync();

        Assert.Equal([law.Runtime.Revision], report.BaseRevisions);
        Assert.Equal([RevisionId.Of(law.Revision)], report.Warm);
        Assert.Equal([("tax", "expert tax can't be loaded: no")], report.Failures.Select(f => (f.Expert, f.Reason)));
        Assert.Equal(["zone=a"], report.Labels);
    }

    [Fact]
    public async Task Report_Orders_AreFollowed()
    {
        var order = new ExpertOrder { Expert = "law", Revision = "1" };
        _cluster.Catalog.Orders = host => host == "host-7" ? new HostOrders { Warm = [order] } : null;
        _join.Join();
        await _cluster.Catalog.NextAsync();

        // Its grain is one that the script does not have.
        await _warmLog.UntilAsync(1);
        Assert.Equal(2305, Assert.Single(_warmLog.Lines).Id);
    }

    /// <summary>An operator takes it out, and back in.</summary>
    [Fact]
    public async Task Report_ToldToDrain_TakesNothingNewUntilToldOtherwise()
    {
        bool drain = true;
        _cluster.Catalog.Orders = _ => new HostOrders { Drain = drain };
        _join.Join();
        Assert.False((await _cluster.Catalog.NextAsync()).Draining);
        await _log.UntilAsync(1);
        Assert.Equal((2102, "Host host-7 is to drain: it takes nothing new"), Assert.Single(_log.Lines));
        Assert.True(_host.Drain is { Draining: true, Stopping: false });

        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await _cluster.Catalog.NextAsync()).Draining);
        drain = false;
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        await _cluster.Catalog.NextAsync();
        await _log.UntilAsync(2);

        Assert.False(_host.Drain.Draining);
    }

    [Fact]
    public async Task Report_Fails_IsTriedAgain()
    {
        _cluster.Catalog.Answer(_ => throw new TimeoutException("the catalog's host\nis gone"));
        _join.Join();
        await _cluster.Catalog.NextAsync();
        await _log.UntilAsync(1);

        Assert.Equal((2101, "The catalog grain could not be told: the catalog's host"), Assert.Single(_log.Lines));
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
        _warm.Dispose();
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
