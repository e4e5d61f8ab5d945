using System.Collections.Immutable;
using ExpertCluster.Catalogue.Prepared;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>
/// The snapshots of late, so that a caller whose snapshot is a little older gets what it asks for by revision, and one whose snapshot is
/// newer is waited with for a moment.
/// </summary>
public sealed class CatalogueHistory : IDisposable
{
    /// <summary>Snapshots that are kept. What an older one named is gone with it.</summary>
    public const int Kept = 8;

    private readonly ICatalogueSource _source;
    private readonly TimeProvider _time;
    private readonly IDisposable _listening;
    private ImmutableArray<CatalogueSnapshot> _recent;

    public CatalogueHistory(ICatalogueSource source, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _time) = (source, time);
        _recent = [source.Current];
        _listening = ChangeToken.OnChange(() => source.Changed, Take);
    }

    /// <summary>
    /// The newest snapshot in which a version of this expert is of this revision, and the expert as that version; what serves now where no revision is
    /// given. Null: none of late.
    /// </summary>
    /// <param name="name">Of the expert.</param>
    /// <param name="revision">Of its content.</param>
    /// <param name="evenGone">Whether it counts when the current catalogue has nothing of that name any more.</param>
    public (CatalogueSnapshot Snapshot, PreparedExpert Expert)? Find(string name, string revision, bool evenGone = true)
    {
        var recent = Recent();
        if (!evenGone && recent[0].FindExpert(name) is null)
        {
            return null;
        }

        foreach (var snapshot in recent)
        {
            if ((revision.Length == 0 ? snapshot.FindExpert(name) : snapshot.FindExpert(name, revision)) is { } expert)
            {
                return (snapshot, expert);
            }
        }

        return null;
    }

    /// <summary>Whether a snapshot of late has a base of this content.</summary>
    public bool HasBase(string name, string revision) =>
        Recent().Any(s => s.FindBase(name) is { } one && Revisions.Of(one.Folder) == revision);

    /// <summary>The newest snapshot whose gates, or the candidate for them, are of this revision; the current one where none is given. Null: none of late.</summary>
    public CatalogueSnapshot? FindGates(string revision) => Recent().FirstOrDefault(s => s.HasGates(revision));

    /// <summary>What a search finds now, or in a snapshot that comes within a time.</summary>
    /// <param name="find">Asks this history; null means not found.</param>
    /// <param name="patience">Longest wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null: it did not come.</returns>
    public async ValueTask<T?> WaitAsync<T>(Func<CatalogueHistory, T?> find, TimeSpan patience, CancellationToken cancellation)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(find);
        long start = _time.GetTimestamp();
        while (true)
        {
            // The token first, then the look: a change between the two is not missed.
            var changed = _source.Changed;
            Take();
            if (find(this) is { } found)
            {
                return found;
            }

            var left = patience - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            try
            {
                await CatalogueWait.FiredAsync(changed, left, _time, cancellation);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }

    public void Dispose() => _listening.Dispose();

    /// <summary>The current snapshot may be newer than what the listener was told: it is looked at first.</summary>
    private ImmutableArray<CatalogueSnapshot> Recent()
    {
        Take();
        return _recent;
    }

    private void Take()
    {
        var current = _source.Current;
        ImmutableInterlocked.Update(
            ref _recent,
            static (recent, current) => recent[0].Version >= current.Version ? recent : [current, .. recent.Take(Kept - 1)],
            current);
    }
}
