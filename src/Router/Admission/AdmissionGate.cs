using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Admission;

/// <summary>
/// Bounds the requests that run and that wait; the one too many is refused at once. Closed, it takes nothing new and
/// tells when the last one has left.
/// </summary>
internal sealed class AdmissionGate(RouterOptions options) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.MaxInFlight, options.MaxInFlight);
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private int _inFlight;
    private volatile bool _closed;

    public int InFlight => Volatile.Read(ref _inFlight);

    public int Waiting => Volatile.Read(ref _waiting);

    /// <exception cref="RequestFailedException">Overloaded: the queue is full. Unavailable: closed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public async ValueTask EnterAsync(CancellationToken cancellation)
    {
        if (!_places.Wait(0, CancellationToken.None))
        {
            await WaitAsync(cancellation);
        }

        Interlocked.Increment(ref _inFlight);
        if (_closed)
        {
            Leave();
            throw new RequestFailedException(FailureKind.Unavailable, "this router drains; ask another");
        }
    }

    public void Leave()
    {
        _places.Release();
        if (Interlocked.Decrement(ref _inFlight) == 0 && _closed)
        {
            _empty.TrySetResult();
        }
    }

    /// <summary>Takes nothing new; completes when nothing runs.</summary>
    public Task CloseAsync()
    {
        _closed = true;
        if (InFlight == 0)
        {
            _empty.TrySetResult();
        }

        return _empty.Task;
    }

    public void Dispose() => _places.Dispose();

    private async ValueTask WaitAsync(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > options.QueueLimit)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RequestFailedException(
                FailureKind.Overloaded,
                $"{options.MaxInFlight} requests run and {options.QueueLimit} wait, which is all this router takes; try again later");
        }

        try
        {
            await _places.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
