using Orleans;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

internal sealed class TimerGrain(Journal journal) : Grain, ITimerGrain
{
    private readonly TaskCompletionSource _gate = new();
    private IGrainTimer? _timer;
    private int _ticks;
    private bool _broken;
    private bool _left;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _left = true;
        journal.Add($"left {this.GetPrimaryKeyString()}");
        return Task.CompletedTask;
    }

    public Task Start(TimeSpan dueTime, TimeSpan period, bool interleave)
    {
        _timer = this.RegisterGrainTimer(
            static (grain, _) => grain.Tick(), this, new GrainTimerCreationOptions(dueTime, period) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task Break()
    {
        _broken = true;
        return Task.CompletedTask;
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public async Task<int> TicksDuringTurn()
    {
        var before = _ticks;
        await _gate.Task;
        return _ticks - before;
    }

    public Task Release()
    {
        _gate.TrySetResult();
        return Task.CompletedTask;
    }

    public Task<int> TicksNow() => Task.FromResult(_ticks);

    private Task Tick()
    {
        _ticks++;
        if (_left)
            journal.Add("late tick");
        return _broken ? throw new InvalidOperationException("A tick that fails.") : Task.CompletedTask;
    }
}
