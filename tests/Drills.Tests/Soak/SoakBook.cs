using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace ExpertCluster.Drills.Soak;

/// <summary>What the soak has told the cluster, name by name: what every client is right to expect.</summary>
internal sealed class SoakBook
{
    private readonly ConcurrentDictionary<string, Standing> _standings = new(StringComparer.Ordinal);
    private int _turn;

    /// <summary>All that ever were there.</summary>
    public IReadOnlyList<string> Names => [.. _standings.Keys];

    /// <summary>Null: a name that never was there.</summary>
    public Standing? Of(string name) => _standings.GetValueOrDefault(name);

    public bool IsServed(string name) => Of(name) is { Presence: Presence.Served };

    /// <summary>A change begins.</summary>
    public void Change(string name) => Set(name, Presence.Changing, []);

    /// <summary>All routers serve it, by these revisions.</summary>
    public void Serve(string name, IEnumerable<string> revisions) => Set(name, Presence.Served, revisions);

    /// <summary>No router serves it.</summary>
    public void Remove(string name) => Set(name, Presence.Gone, []);

    private void Set(string name, Presence presence, IEnumerable<string> revisions) =>
        _standings[name] = new Standing(Interlocked.Increment(ref _turn), presence, revisions.ToFrozenSet(StringComparer.Ordinal));
}
