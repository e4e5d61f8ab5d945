namespace ExpertCluster.Inference.Batching;

/// <summary>Measures how long a sequence pauses for its reader, and wakes the loop when that is too long.</summary>
internal sealed class PauseClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly ITimer _timer;
    private long _since;

    public PauseClock(TimeProvider time, TimeSpan timeout, Action wake)
    {
        (_time, _timeout) = (time, timeout);
        _timer = time.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool IsRunning { get; private set; }

    /// <summary>Whether it has run too long. Where not, there will be a call when that may be so.</summary>
    public bool IsExpired()
    {
        if (!IsRunning)
        {
            return false;
        }

        // A timer's clock is a coarser one: it may call before the time is over, and then must be set again.
        var left = _timeout - _time.GetElapsedTime(_since);
        if (left > TimeSpan.Zero)
        {
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }

        return left <= TimeSpan.Zero;
    }

    public void Start()
    {
        if (!IsRunning)
        {
            IsRunning = true;
            _since = _time.GetTimestamp();
        }
    }

    public void Stop()
    {
        if (IsRunning)
        {
            IsRunning = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();
}
