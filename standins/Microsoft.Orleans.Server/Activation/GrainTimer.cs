using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>A timer whose ticks are turns of its activation; the period runs from the end of a tick.</summary>
internal sealed class GrainTimer<TState> : WorkItem, IGrainTimer
{
    private readonly Lock _gate = new();
    private readonly GrainActivation _activation;
    private readonly Func<TState, CancellationToken, Task> _callback;
    private readonly TState _state;
    private readonly GrainTimerCreationOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private bool _ticking;
    private bool _changed;

    public GrainTimer(GrainActivation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options, TimeProvider time, ILogger logger)
    {
        _activation = activation;
        _callback = callback;
        _state = state;
        _options = options;
        _logger = logger;
        _period = Checked(options.Period, nameof(options.Period));
        _timer = NoFlow.Start(() => time.CreateTimer(
            static timer => ((GrainTimer<TState>)timer!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        activation.Timers.Add(this);
        _timer.Change(Checked(options.DueTime, nameof(options.DueTime)), Timeout.InfiniteTimeSpan);
    }

    public override bool Interleaves => _options.Interleave;

    public override bool IsUse => _options.KeepAlive;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Checked(dueTime, nameof(dueTime));
        lock (_gate)
        {
            _period = Checked(period, nameof(period));
            _changed = _ticking;
            if (!_disposed.IsCancellationRequested)
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
                return;
            _timer.Dispose();
        }
        _activation.Timers.Remove(this);
        // Callbacks of the token are the grain's; they do not run in here.
        _ = _disposed.CancelAsync();
    }

    public override async Task RunAsync(GrainActivation activation)
    {
        if (!_disposed.IsCancellationRequested)
        {
            try
            {
                await _callback(_state, _disposed.Token);
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                // The timer was disposed of during its tick.
            }
            catch (Exception exception)
            {
                _logger.LogError(exception, "A timer of {Grain} failed; it goes on", activation.GrainId);
            }
        }
        lock (_gate)
        {
            _ticking = false;
            // A tick that has changed the timer has armed it already.
            if (!_changed && !_disposed.IsCancellationRequested)
                _timer.Change(_period, Timeout.InfiniteTimeSpan);
            _changed = false;
        }
    }

    public override void Abandon(Reply reply)
    {
        // The activation has ended, and its timers with it.
    }

    private static TimeSpan Checked(TimeSpan span, string name) =>
        span == Timeout.InfiniteTimeSpan || (span >= TimeSpan.Zero && span.TotalMilliseconds < uint.MaxValue - 1)
            ? span
            : throw new ArgumentOutOfRangeException(name, span, "A timer's time is zero or more, below 49 days, or infinite.");

    private void Due()
    {
        lock (_gate)
        {
            if (_ticking || _disposed.IsCancellationRequested)
                return;
            _ticking = true;
        }
        _activation.TryAccept(this);
    }
}
