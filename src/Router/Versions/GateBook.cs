using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Snapshots;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Router.Versions;

/// <summary>
/// The figures of gates, by their content, so that a candidate that is promoted keeps its own: of those that the catalogue has now, two at most. Thread-safe.
/// </summary>
internal sealed class GateBook : IDisposable
{
    private readonly ICatalogueSource _catalogue;
    private readonly GateMetrics _metrics;
    private readonly ConcurrentDictionary<string, Counts> _counts = new(StringComparer.Ordinal);
    private readonly IDisposable _listening;

    public GateBook(ICatalogueSource catalogue, GateMetrics metrics)
    {
        (_catalogue, _metrics) = (catalogue, metrics);
        _listening = ChangeToken.OnChange(() => catalogue.Changed, LetGo);
    }

    public void Planned(string revision)
    {
        _metrics.Planned(IsCandidate(revision));
        Count(revision, c => Interlocked.Increment(ref c.Planned));
    }

    /// <summary>A request was the candidate's, and the other gate planned it.</summary>
    public void FellBack(string revision)
    {
        _metrics.FellBack();
        Count(revision, c => Interlocked.Increment(ref c.FellBack));
    }

    /// <summary>A copy of a request was scored by the candidate.</summary>
    public void Compare(string revision, bool isSame)
    {
        _metrics.Compared(isSame);
        Count(revision, c => _ = isSame ? Interlocked.Increment(ref c.Agreed) : Interlocked.Increment(ref c.Disagreed));
    }

    public void Dropped(string revision)
    {
        _metrics.Dropped();
        Count(revision, c => Interlocked.Increment(ref c.Dropped));
    }

    public void Failed(string revision)
    {
        _metrics.Failed();
        Count(revision, c => Interlocked.Increment(ref c.Failed));
    }

    /// <summary>A caller said how an answer was.</summary>
    /// <param name="revision">Of the gate that planned it; empty: none did.</param>
    /// <param name="good">Or bad.</param>
    public void Judge(string revision, bool good)
    {
        if (revision.Length > 0)
        {
            _metrics.Judged(IsCandidate(revision), good);
            Count(revision, c => _ = good ? Interlocked.Increment(ref c.Good) : Interlocked.Increment(ref c.Bad));
        }
    }

    /// <param name="revision">Of a gate that the catalogue has.</param>
    public GateFigures FiguresOf(string revision)
    {
        var its = _counts.GetValueOrDefault(revision) ?? new Counts();
        return new GateFigures(
            Interlocked.Read(ref its.Planned),
            Interlocked.Read(ref its.FellBack),
            Interlocked.Read(ref its.Agreed),
            Interlocked.Read(ref its.Disagreed),
            Interlocked.Read(ref its.Dropped),
            Interlocked.Read(ref its.Failed),
            Interlocked.Read(ref its.Good),
            Interlocked.Read(ref its.Bad));
    }

    public void Dispose() => _listening.Dispose();

    private bool IsCandidate(string revision) => _catalogue.Current is var current && revision == current.GateCandidateRevision && revision != current.GateRevision;

    private void Count(string revision, Action<Counts> count)
    {
        // A request that began before a gate was let go may end behind that.
        if (revision.Length > 0 && _catalogue.Current.HasGates(revision))
        {
            count(_counts.GetOrAdd(revision, static _ => new Counts()));
        }
    }

    private void LetGo()
    {
        var current = _catalogue.Current;
        foreach (string gone in _counts.Keys.Where(revision => !current.HasGates(revision)))
        {
            _counts.TryRemove(gone, out _);
        }
    }

    private sealed class Counts
    {
        public long Planned;
        public long FellBack;
        public long Agreed;
        public long Disagreed;
        public long Dropped;
        public long Failed;
        public long Good;
        public long Bad;
    }
}
