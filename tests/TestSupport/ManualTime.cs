namespace ExpertCluster.TestSupport;

/// <summary>A clock that moves only when told; fires timers on the thread that moves it, a periodic one once a move.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private long _now;

    /// <summary>Times that a timer was set.</summary>
    private long _set;

    /// <summary>By how much timers call too early, as those of a system do whose clock is a coarser one.</summary>
    public TimeSpan Early { get; init; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        lock (_lock)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        long now = Interlocked.Add(ref _now, by.Ticks);
        ManualTimer[] timers;
        lock (_lock)
        {
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer.FireIfDue(now);
        }
    }

    /// <summary>
    /// Moves the clock to the end of each pause when the code under test has begun it, until that code is through: never while it still computes, so that no limit of
    /// its passes because the machine is busy.
    /// </summary>
    /// <param name="running">The code under test.</param>
    /// <param name="longest">What takes longer is no pause: a request's own limit, for instance.</param>
    /// <param name="cancellation">Of the test.</param>
    public async Task PassPausesAsync(Task running, TimeSpan longest, CancellationToken cancellation)
    {
        for (long passed = -1; !running.IsCompleted; await Task.Yield())
        {
            cancellation.ThrowIfCancellationRequested();
            long set = Interlocked.Read(ref _set);
            if (set != passed)
            {
                passed = set;
                long now = GetTimestamp();
                long due = NextDue();
                if (due > now && due - now <= longest.Ticks)
                {
                    Advance(TimeSpan.FromTicks(due - now));
                }
            }
        }
    }

    private long NextDue()
    {
        lock (_lock)
        {
            return _timers.Count == 0 ? long.MaxValue : _timers.Min(timer => timer.Due);
        }
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        private long _due = long.MaxValue;
        private long _period;

        public long Due => Interlocked.Read(ref _due);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Exchange(ref _period, period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks);
            long due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks;
            Interlocked.Exchange(ref _due, due);
            Interlocked.Increment(ref time._set);
            return true;
        }

        public void FireIfDue(long now)
        {
            if (Interlocked.Read(ref _due) is var due && due != long.MaxValue && due - time.Early.Ticks <= now)
            {
                long period = Interlocked.Read(ref _period);
                Interlocked.Exchange(ref _due, period == 0 ? long.MaxValue : now + period);
                fire();
            }
        }

        public void Dispose() => Interlocked.Exchange(ref _due, long.MaxValue);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
