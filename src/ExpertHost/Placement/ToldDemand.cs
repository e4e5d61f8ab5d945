using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.ExpertHost.Placement;

/// <summary>What routers told of demand, each report for as long as it is fresh; summed over routers. Not thread-safe.</summary>
internal sealed class ToldDemand(TimeProvider time)
{
    /// <summary>Routers tell every second; five missed ones, and the router is gone or hangs.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    /// <summary>Experts whose last request is remembered; the oldest go.</summary>
    private const int MostRemembered = 20_000;

    private readonly long _zero = time.GetTimestamp();
    private readonly Dictionary<string, (DemandReport Report, long At)> _reports = new(StringComparer.Ordinal);
    private readonly Dictionary<ExpertId, TimeSpan> _lastAsked = [];

    /// <summary>On the clock of rounds.</summary>
    public TimeSpan Now => time.GetElapsedTime(_zero);

    public void Tell(DemandReport report)
    {
        _reports[report.Router] = (report, time.GetTimestamp());
        var now = Now;
        foreach (var asked in report.Experts)
        {
            _lastAsked[new ExpertId(asked.Expert, asked.Revision)] = now;
        }

        if (_lastAsked.Count > MostRemembered)
        {
            foreach (var (expert, _) in _lastAsked.OrderBy(a => a.Value).Take(_lastAsked.Count - MostRemembered).ToArray())
            {
                _lastAsked.Remove(expert);
            }
        }
    }

    /// <param name="anyWaits">Whether requests wait for slots on hosts: else a first chunk that is slow to come says nothing of a queue.</param>
    /// <returns>Null: no router told anything lately.</returns>
    public IReadOnlyList<ExpertDemand>? Sum(bool anyWaits)
    {
        foreach (string gone in _reports.Where(r => time.GetElapsedTime(r.Value.At) > Freshness).Select(r => r.Key).ToArray())
        {
            _reports.Remove(gone);
        }

        if (_reports.Count == 0)
        {
            return null;
        }

        var asked = _reports.Values.SelectMany(r => r.Report.Experts).ToLookup(a => new ExpertId(a.Expert, a.Revision));
        return [.. _lastAsked.Select(last => new ExpertDemand(
            last.Key,
            asked[last.Key].Sum(a => a.ArrivalsPerSecond),
            asked[last.Key].Sum(a => a.Running + (anyWaits ? 0 : a.Waiting)),
            anyWaits ? asked[last.Key].Sum(a => a.Waiting) : 0,
            TimeSpan.FromMilliseconds(anyWaits ? asked[last.Key].Select(a => a.LongestWaitMilliseconds).DefaultIfEmpty(0).Max() : 0),
            last.Value))];
    }
}
