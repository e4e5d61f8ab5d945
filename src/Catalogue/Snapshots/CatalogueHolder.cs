using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>
/// The catalogue's current snapshot and the token of its successor, as one immutable pair behind one volatile reference: readers take
/// no lock, and writers go one after the other.
/// </summary>
public sealed class CatalogueHolder(CatalogueSnapshot first) : ICatalogueSource
{
    private readonly Lock _writing = new();
    private volatile Held _held = new(first);

    public CatalogueSnapshot Current => _held.Snapshot;

    public IChangeToken Changed => _held.Changed;

    /// <summary>
    /// Puts a newer snapshot in the current one's place, then tells those who listen, on this thread. What a listener throws comes out
    /// here when all of them were told; the snapshot stays.
    /// </summary>
    /// <exception cref="ArgumentException">The version doesn't grow: two writers, of whom the later one knew less.</exception>
    /// <exception cref="AggregateException">Listeners failed.</exception>
    public void Swap(CatalogueSnapshot next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Held before;
        lock (_writing)
        {
            before = _held;
            if (next.Version <= before.Snapshot.Version)
            {
                throw new ArgumentException($"version {next.Version} does not come after version {before.Snapshot.Version}", nameof(next));
            }

            _held = new Held(next);
        }

        // Outside of the lock: a listener may read, and even swap.
        before.Fire();
    }

    private sealed class Held
    {
        public Held(CatalogueSnapshot snapshot)
        {
            Snapshot = snapshot;

            // Never disposed of: it holds no timer and no handle, and whoever read this pair may still register.
            var changed = new CancellationTokenSource();
            Changed = new CancellationChangeToken(changed.Token);
            Fire = changed.Cancel;
        }

        public CatalogueSnapshot Snapshot { get; }

        public IChangeToken Changed { get; }

        public Action Fire { get; }
    }
}
