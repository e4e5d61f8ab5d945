namespace Microsoft.Orleans.Server.Tests.Support;

/// <summary>
/// A clock that a test moves; timers fire on the thread that moves it. One leap fires a timer once, however many periods it
/// spans: what a process sees that did not run meanwhile.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan span)
    {
        _now += span.Ticks;
        foreach (var timer in _timers.ToArray())
            timer.FireIfDue();
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        private long _due;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            _due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time._now + dueTime.Ticks;
            return true;
        }

        public void FireIfDue()
        {
            if (_due > time._now)
                return;
            _due = _period == Timeout.InfiniteTimeSpan ? long.MaxValue : time._now + _period.Ticks;
            fire();
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
