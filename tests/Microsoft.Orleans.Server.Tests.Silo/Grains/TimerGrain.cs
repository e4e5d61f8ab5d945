using Orleans;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

internal sealed class TimerGrain : Grain, ITimerGrain
{
    private readonly TaskCompletionSource _gate = new();
    private IGrainTimer? _timer;
    private int _ticks;

    public Task Start(TimeSpan dueTime, TimeSpan period, bool interleave)
    {
        _timer = this.RegisterGrainTimer(
            static (grain, _) =>
            {
                grain._ticks++;
                return Task.CompletedTask;
            },
            this,
            new GrainTimerCreationOptions(dueTime, period) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
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
}
