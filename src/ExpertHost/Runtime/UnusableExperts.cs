using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// The experts whose own content kept them from being loaded here, each for a while. Remembered by revision: another content under the
/// same name has its own chance.
/// </summary>
internal sealed class UnusableExperts(ICatalogueSource catalogue, TimeProvider time)
{
    /// <summary>
    /// How long a folder that can't be used isn't read again. It is asked for every second, may have hundreds of megabytes, and
    /// gets no better by itself.
    /// </summary>
    public static readonly TimeSpan RefusalTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Expert, string Revision), Entry> _entries = new();

    /// <summary>At most as many as the catalogue has versions of experts, and one.</summary>
    public int Count => _entries.Count;

    /// <summary>Those that are refused now.</summary>
    public IEnumerable<(string Expert, string Revision, string Reason)> Current =>
        _entries.Where(e => IsFresh(e.Value)).Select(e => (e.Key.Expert, e.Key.Revision, e.Value.Reason));

    /// <summary>Why not to read the expert's folder again just now; null: it may be tried.</summary>
    public string? ReasonOf(PreparedExpert expert) =>
        _entries.TryGetValue((expert.Name, expert.Revision), out var entry) && IsFresh(entry) ? entry.Reason : null;

    /// <returns>Whether this content of the expert failed for the first time.</returns>
    public bool Add(PreparedExpert expert, string reason)
    {
        var key = (expert.Name, expert.Revision);
        bool isFirst = !_entries.ContainsKey(key);
        _entries[key] = new Entry(reason, time.GetTimestamp());
        foreach (var gone in _entries.Keys.Where(k => k != key && catalogue.Current.FindExpert(k.Expert, k.Revision) is null))
        {
            _entries.TryRemove(gone, out _);
        }

        return isFirst;
    }

    private bool IsFresh(Entry entry) => time.GetElapsedTime(entry.At) < RefusalTime;

    private sealed record Entry(string Reason, long At);
}
