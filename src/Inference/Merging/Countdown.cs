namespace ExpertCluster.Inference.Merging;

/// <summary>A time after which something is over, and a call when that may be so. One thread at a time; the call comes on any.</summary>
internal sealed class Countdown : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private TimeSpan _limit;
    private long _since;

    public Countdown(TimeProvider time, Action wake)
    {
        _time = time;
        _timer = time.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool IsRunning { get; private set; }

    /// <summary>From now on.</summary>
    public void Start(TimeSpan limit)
    {
        (_limit, _since) = (limit, _time.GetTimestamp());
        IsRunning = true;
    }

    /// <summary>Whether the time is over. Where it runs and is not, there will be a call when that may be so.</summary>
    public bool IsOver()
    {
        if (!IsRunning)
        {
            return false;
        }

        // A timer's clock is a coarser one: it may call before the time is over, and then must be set again.
        var left = _limit - _time.GetElapsedTime(_since);
        if (left > TimeSpan.Zero)
        {
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }

        return left <= TimeSpan.Zero;
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
