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

    public bool IsExpired => IsRunning && _time.GetElapsedTime(_since) >= _timeout;

    public void Start()
    {
        if (!IsRunning)
        {
            IsRunning = true;
            _since = _time.GetTimestamp();
            _timer.Change(_timeout, Timeout.InfiniteTimeSpan);
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
