using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// The experts whose own files kept them from being loaded here, each for a while. Remembered by content: another adapter under the
/// same name has its own chance.
/// </summary>
internal sealed class UnusableFolders(TimeProvider time)
{
    /// <summary>
    /// How long a folder that can't be used isn't read again. It is asked for every second, may have hundreds of megabytes, and
    /// gets no better by itself.
    /// </summary>
    public static readonly TimeSpan RefusalTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>At most as many as the catalogue has experts.</summary>
    public int Count => _entries.Count;

    /// <summary>Why not to read the expert's folder again just now; null: it may be tried.</summary>
    public string? ReasonOf(PreparedExpert expert) =>
        _entries.TryGetValue(expert.Name, out var entry) && entry.IsOf(expert) && time.GetElapsedTime(entry.At) < RefusalTime ? entry.Reason : null;

    /// <returns>Whether this content of the expert failed for the first time.</returns>
    public bool Add(PreparedExpert expert, string reason, CatalogueSnapshot catalogue)
    {
        bool isFirst = !(_entries.TryGetValue(expert.Name, out var before) && before.IsOf(expert));
        _entries[expert.Name] = new Entry(expert.Base, expert.Adapter?.Path, reason, time.GetTimestamp());
        foreach (string gone in _entries.Keys.Where(name => catalogue.FindExpert(name) is null))
        {
            _entries.TryRemove(gone, out _);
        }

        return isFirst;
    }

    private sealed record Entry(string Base, string? Adapter, string Reason, long At)
    {
        public bool IsOf(PreparedExpert expert) => Base == expert.Base && Adapter == expert.Adapter?.Path;
    }
}
