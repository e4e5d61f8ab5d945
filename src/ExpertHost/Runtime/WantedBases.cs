using System.Collections.Frozen;
using System.Collections.Immutable;
using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Which bases this host runs: those that every host does, and those of the others that it was told to. Thread-safe.</summary>
internal sealed class WantedBases
{
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FrozenSet<string> _ordered = FrozenSet<string>.Empty;
    private ImmutableHashSet<string> _failed = [];

    /// <summary>Raised when this host was told something new.</summary>
    public event Action? Changed;

    /// <summary>Those that this host was told to run and can't: others should.</summary>
    public IReadOnlyCollection<string> Failed => Volatile.Read(ref _failed);

    public bool Has(PreparedBase one) => one.Replicas is null || _ordered.Contains(one.Name);

    /// <summary>Takes what the host was told; every second, and mostly the same.</summary>
    public void Follow(IReadOnlyList<string> ordered)
    {
        bool isNew = !_ordered.SetEquals(ordered);
        if (isNew)
        {
            _ordered = ordered.ToFrozenSet(StringComparer.Ordinal);
            ImmutableInterlocked.Update(ref _failed, static (failed, ordered) => failed.Intersect(ordered), ordered);
        }

        _told.TrySetResult();
        if (isNew)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>One that can't be run here; told of until this host is told to run it no more.</summary>
    public void Fail(string name) => ImmutableInterlocked.Update(
        ref _failed, static (failed, fact) => fact.Ordered.Contains(fact.Name) ? failed.Add(fact.Name) : failed, (Name: name, Ordered: _ordered));

    /// <summary>Until it was told for the first time.</summary>
    public Task ToldAsync(CancellationToken cancellation) => _told.Task.WaitAsync(cancellation);
}
