using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using Orleans;
using Orleans.Concurrency;

namespace ExpertCluster.ExpertHost.Grains;

/// <summary>Holds the hosts' reports, each for as long as it is fresh, and decides from them who keeps what warm.</summary>
[Reentrant]
internal sealed class CatalogGrain(ICatalogueSource catalogue, TimeProvider time) : Grain, ICatalogGrain
{
    /// <summary>Reports come every second; five missed ones, and the host is gone or hangs.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    /// <summary>A new activation has heard of few hosts: what it decided then would move everything to them and back.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, (HostReport Report, long At)> _reports = new(StringComparer.Ordinal);
    private readonly long _began = time.GetTimestamp();
    private IReadOnlyDictionary<string, HostOrders>? _orders;
    private string _decidedFor = "";

    public Task<ClusterView> ReportHostAsync(HostReport report)
    {
        _reports[report.Name] = (report, time.GetTimestamp());
        return Task.FromResult(new ClusterView { Hosts = [.. Fresh().Select(r => r with { Warm = [], Failures = [] })] });
    }

    public Task<ClusterView> GetViewAsync() => Task.FromResult(new ClusterView { Hosts = Fresh() });

    public Task<HostOrders?> GetOrdersAsync(string host)
    {
        Decide();
        return Task.FromResult(_orders?.GetValueOrDefault(host));
    }

    private HostReport[] Fresh()
    {
        foreach (string name in _reports.Where(r => time.GetElapsedTime(r.Value.At) > Freshness).Select(r => r.Key).ToArray())
        {
            _reports.Remove(name);
        }

        return [.. _reports.Values.Select(r => r.Report).OrderBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <summary>Anew only where something that the decision rests on has changed: that is rare, and there may be thousands of experts.</summary>
    private void Decide()
    {
        if (_orders is null && time.GetElapsedTime(_began) < Gathering)
        {
            return;
        }

        var hosts = Fresh();
        var snapshot = catalogue.Current;
        string inputs = $"{snapshot.Version}|{string.Join('|', hosts.Select(h => $"{h.Name},{h.Draining},{string.Join(',', h.Bases)},{string.Join(',', h.Labels)}"))}";
        if (inputs == _decidedFor)
        {
            return;
        }

        _orders = WarmPlacement.Decide(
            [.. snapshot.Experts.Select(e => new WarmWish(new ExpertOrder { Expert = e.Name, Revision = e.Revision }, e.Base, e.Replicas, []))], hosts);
        _decidedFor = inputs;
    }
}
