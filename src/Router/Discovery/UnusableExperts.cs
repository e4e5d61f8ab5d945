using System.Collections.Concurrent;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Experts whose own content keeps them from being loaded, by revision, and why. What hosts report holds while they do, and what a call of this router
/// found out until they had the time to report it; plans go around them. One that some host has in memory can be used, whatever others say.
/// </summary>
internal sealed partial class UnusableExperts(HostDirectory hosts, TimeProvider time, ILogger<UnusableExperts> log)
{
    /// <summary>Two reports, and the way of each to the grain and on to this router.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(5);

    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (string Reason, long At)> _found = new(StringComparer.Ordinal);
    private volatile IReadOnlyDictionary<string, (string Expert, string Reason)> _reported = new Dictionary<string, (string, string)>();

    /// <summary>All that are known now, by revision.</summary>
    public IReadOnlyDictionary<string, (string Expert, string Reason)> Reported => _reported;

    /// <summary>A host refused a call for it.</summary>
    public void Add(string expert, string revision, string reason)
    {
        if (_found.Count < Most)
        {
            bool isNews = !_found.ContainsKey(revision) && !_reported.ContainsKey(revision);
            _found[revision] = (reason, time.GetTimestamp());
            if (isNews)
            {
                LogUnusable(log, reason);
            }
        }
    }

    /// <summary>Why an expert can't be used; null for all others.</summary>
    /// <param name="revision">Of its content.</param>
    public string? ReasonOf(string revision)
    {
        if (_reported.TryGetValue(revision, out var reported))
        {
            return reported.Reason;
        }

        if (_found.IsEmpty || !_found.TryGetValue(revision, out var found))
        {
            return null;
        }

        if (time.GetElapsedTime(found.At) < Trust)
        {
            return found.Reason;
        }

        _found.TryRemove(KeyValuePair.Create(revision, found));
        return null;
    }

    /// <summary>Reads the hosts' latest reports.</summary>
    public void Update()
    {
        Dictionary<string, (string Expert, string Reason)> reported = new(StringComparer.Ordinal);
        foreach (var failure in hosts.Hosts.SelectMany(h => h.Failures))
        {
            ulong id = Fabric.Grains.RevisionId.Of(failure.Revision);
            if (!hosts.Hosts.Any(h => !h.Draining && h.IsWarm(id)) && reported.TryAdd(failure.Revision, (failure.Expert, failure.Reason))
                && !_reported.ContainsKey(failure.Revision) && !_found.ContainsKey(failure.Revision))
            {
                LogUnusable(log, failure.Reason);
            }
        }

        _reported = reported;
        foreach (var old in _found.Where(f => time.GetElapsedTime(f.Value.At) >= Trust).ToArray())
        {
            _found.TryRemove(old);
        }
    }

    [LoggerMessage(3005, LogLevel.Warning, "Left out of plans: {Reason}")]
    private static partial void LogUnusable(ILogger log, string reason);
}
