using ExpertCluster.Fabric.Grains;
using Orleans;
using Orleans.Concurrency;

namespace ExpertCluster.ExpertHost.Grains;

/// <summary>Holds the hosts' reports, each for as long as it is fresh.</summary>
[Reentrant]
internal sealed class CatalogGrain(TimeProvider time) : Grain, ICatalogGrain
{
    /// <summary>Reports come every second; five missed ones, and the host is gone or hangs.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (HostReport Report, long At)> _reports = new(StringComparer.Ordinal);

    public Task<ClusterView> ReportHostAsync(HostReport report)
    {
        _reports[report.Name] = (report, time.GetTimestamp());
        return GetViewAsync();
    }

    public Task<ClusterView> GetViewAsync()
    {
        foreach (string name in _reports.Where(r => time.GetElapsedTime(r.Value.At) > Freshness).Select(r => r.Key).ToArray())
        {
            _reports.Remove(name);
        }

        return Task.FromResult(new ClusterView { Hosts = [.. _reports.Values.Select(r => r.Report).OrderBy(r => r.Name, StringComparer.Ordinal)] });
    }
}
