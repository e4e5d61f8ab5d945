namespace Grpc.Net.Client.Retry;

/// <summary>
/// The requests of one call, as frames. Until the call is committed it keeps them, so that each attempt can send all of
/// them; from then on it keeps what the committed attempt has not sent.
/// </summary>
internal sealed class RequestLog(RetryBuffer buffer)
{
    private readonly Lock _lock = new();
    private readonly List<(byte[] Bytes, bool Flush)> _frames = [];
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource? _sent;
    private RequestPump? _committed;
    private int _first;
    private long _held;
    private bool _released;
    private bool _completed;

    public bool IsCompleted
    {
        get
        {
            lock (_lock)
                return _completed;
        }
    }

    /// <summary>Adds a frame. The task ends when an attempt has sent it.</summary>
    /// <param name="bytes">The frame, which is ours from now on.</param>
    /// <param name="flush">Whether it must not wait for the next one.</param>
    /// <param name="kept">False: there was no room to keep it, so the call must be committed.</param>
    public Task Add(byte[] bytes, bool flush, out bool kept)
    {
        lock (_lock)
        {
            _frames.Add((bytes, flush));
            kept = _released || buffer.TryHold(_held, bytes.Length);
            if (kept && !_released)
                _held += bytes.Length;
            _sent = NewSignal();
            Signal();
            return _sent.Task;
        }
    }

    /// <summary>There are no more requests.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            Signal();
        }
    }

    /// <summary>No further attempt comes: what is kept for one goes.</summary>
    public void Commit(RequestPump? pump)
    {
        lock (_lock)
        {
            Release();
            _committed = pump;
            if (pump is null)
                _frames.Clear();
            else
                Trim(pump.Next);
        }
    }

    /// <summary>The frame of a number, when it is there; null: there are no more.</summary>
    /// <exception cref="InvalidOperationException">It was sent by another attempt, and is gone.</exception>
    public async ValueTask<(byte[] Bytes, bool Flush)?> ReadAsync(int number, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (number < _first)
                    throw new InvalidOperationException("The request was not kept, so it can't be sent again.");
                if (number - _first < _frames.Count)
                    return _frames[number - _first];
                if (_completed)
                    return null;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void OnSent(RequestPump pump)
    {
        lock (_lock)
        {
            if (pump.Next == _first + _frames.Count)
                _sent?.TrySetResult();
            if (pump == _committed)
                Trim(pump.Next);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Trim(int next)
    {
        int sent = Math.Min(next - _first, _frames.Count);
        if (sent <= 0)
            return;
        _frames.RemoveRange(0, sent);
        _first += sent;
    }

    private void Release()
    {
        _released = true;
        buffer.Release(_held);
        _held = 0;
    }

    private void Signal()
    {
        TaskCompletionSource changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }
}
