using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Resumption;

/// <summary>How many calls this router passes on to the router that holds their stream.</summary>
internal sealed class RelaySlots(HeldMetrics metrics)
{
    private const int Most = 1024;

    private int _running;

    /// <returns>Dispose of it when the call has ended.</returns>
    /// <exception cref="RequestFailedException">Overloaded: as many are passed on as may be.</exception>
    public IDisposable Take()
    {
        if (Interlocked.Increment(ref _running) > Most)
        {
            Interlocked.Decrement(ref _running);
            throw new RequestFailedException(FailureKind.Overloaded, $"{Most} streams of other routers are passed on, which is all this router passes on; try again later");
        }

        metrics.Relayed.Inc();
        return new Slot(this);
    }

    /// <summary>What callers are told of a router that holds their stream and can't be reached.</summary>
    public static RequestFailedException Silent() => new(FailureKind.Unavailable, "the router that holds this stream does not answer; try again");

    private sealed class Slot(RelaySlots slots) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Interlocked.Decrement(ref slots._running);
            }
        }
    }
}
