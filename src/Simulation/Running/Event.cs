using ExpertCluster.Simulation.Clusters;

namespace ExpertCluster.Simulation.Running;

internal enum EventKind
{
    Arrival,

    /// <summary>A host's next request has read its prompt, or is done.</summary>
    HostNext,

    /// <summary>The adapter that a request waits for is there.</summary>
    Loaded,

    /// <summary>An adapter that was to be kept warm is there.</summary>
    Warmed,

    /// <summary>A base is open.</summary>
    Opened,

    Round,

    Failure,

    Drain,

    /// <summary>A host that drained is gone.</summary>
    Leave,

    Join,

    WarmedUp,
}

/// <summary>Something that will happen.</summary>
/// <param name="Kind">What.</param>
/// <param name="Host">Where; null: in the cluster.</param>
/// <param name="Stamp">The host's version or life for which it holds.</param>
/// <param name="Request">Whose.</param>
/// <param name="Number">Of the expert or base.</param>
internal readonly record struct Event(EventKind Kind, SimulatedHost? Host = null, int Stamp = 0, SimulatedRequest? Request = null, int Number = 0);

/// <summary>What will happen, in the order of time; what is due at one time, in the order in which it was said.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Event, (double At, long Order)> _events = new();
    private long _order;

    public double Now { get; private set; }

    public void After(double seconds, Event what) => _events.Enqueue(what, (Now + seconds, _order++));

    public void At(double time, Event what) => _events.Enqueue(what, (Math.Max(Now, time), _order++));

    /// <returns>False: nothing is due up to <paramref name="end"/>.</returns>
    public bool TryNext(double end, out Event next)
    {
        if (!_events.TryPeek(out next, out var due) || due.At > end)
        {
            Now = end;
            return false;
        }

        _events.Dequeue();
        Now = due.At;
        return true;
    }
}
