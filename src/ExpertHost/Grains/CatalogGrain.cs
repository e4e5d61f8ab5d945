using ExpertCluster.ExpertHost.Placement;
using ExpertCluster.Fabric.Grains;
using Orleans;
using Orleans.Concurrency;

namespace ExpertCluster.ExpertHost.Grains;

/// <summary>Holds the hosts' reports, each for as long as it is fresh, and decides from them every second who keeps what warm.</summary>
[Reentrant]
internal sealed class CatalogGrain(PlacementRounds rounds, DrainedHosts drained, TimeProvider time) : Grain, ICatalogGrain
{
    /// <summary>Reports come every second; five missed ones, and the host is gone or hangs.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    /// <summary>A new activation has heard of few hosts: what it decided then would move everything to them and back.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (HostReport Report, long At)> _reports = new(StringComparer.Ordinal);
    private readonly ToldDemand _demand = new(time);
    private readonly ToldSuspects _suspects = new(time);
    private TimeSpan? _decided;

    public Task<ClusterView> ReportHostAsync(HostReport report)
    {
        _reports[report.Name] = (report, time.GetTimestamp());
        return Task.FromResult(new ClusterView { Hosts = [.. Fresh().Select(r => r with { Warm = [], Kept = [], Failures = [] })] });
    }

    public Task<ClusterView> GetViewAsync() => Task.FromResult(new ClusterView { Hosts = Fresh(), Suspects = _suspects.All() });

    public Task TellDemandAsync(DemandReport report)
    {
        _demand.Tell(report);
        _suspects.Tell(report.Suspects);
        return Task.CompletedTask;
    }

    public Task<HostOrders?> GetOrdersAsync(string host)
    {
        bool drain = drained.Contains(host);
        Decide();
        return Task.FromResult(_decided is not null && _reports.ContainsKey(host) ? rounds.OrdersOf(host) with { Drain = drain } : null);
    }

    private HostReport[] Fresh()
    {
        foreach (string name in _reports.Where(r => time.GetElapsedTime(r.Value.At) > Freshness).Select(r => r.Key).ToArray())
        {
            _reports.Remove(name);
        }

        return [.. _reports.Values.Select(r => r.Report).OrderBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <summary>Where a round is due: hosts ask every second, so no timer is needed, and without hosts nothing is to be decided.</summary>
    private void Decide()
    {
        var now = _demand.Now;
        if (now < (_decided is { } last ? last + Round : Gathering))
        {
            return;
        }

        var hosts = Fresh();
        rounds.Decide(now, hosts, _demand.Sum(hosts.Any(h => h.Waiting > 0)));
        _decided = now;
    }
}
