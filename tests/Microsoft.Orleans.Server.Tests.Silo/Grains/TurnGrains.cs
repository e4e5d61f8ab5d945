using Orleans;
using Orleans.Concurrency;

namespace Microsoft.Orleans.Server.Tests;

internal sealed class TurnGrain : Grain, ITurnGrain
{
    private TaskCompletionSource _gate = new();
    private int _inside;
    private int _most;

    public async Task<int> Work()
    {
        _most = Math.Max(_most, ++_inside);
        await _gate.Task;
        // Still inside: calls that could interleave would now.
        for (var i = 0; i < 10; i++)
            await Task.Yield();
        _inside--;
        return _most;
    }

    public Task Release()
    {
        _gate.TrySetResult();
        return Task.CompletedTask;
    }

    public Task<int> Inside() => Task.FromResult(_inside);
}

[Reentrant]
internal sealed class ReentrantGrain : Grain, IReentrantGrain
{
    private readonly TaskCompletionSource _gate = new();
    private int _inside;

    public async Task Work()
    {
        _inside++;
        await _gate.Task;
        _inside--;
    }

    public Task Release()
    {
        _gate.TrySetResult();
        return Task.CompletedTask;
    }

    public Task<int> Inside() => Task.FromResult(_inside);
}
