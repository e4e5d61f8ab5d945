using Orleans;

namespace Microsoft.Orleans.Server.Tests.Internals.Drill;

/// <summary>Callers that ask grains all the time, from the test's silo and, through relays, from the other processes.</summary>
internal sealed class Load(IGrainFactory factory, Ledger ledger, IReadOnlyList<string> grains, int seed) : IAsyncDisposable
{
    private const int Callers = 8;

    /// <summary>Between two calls of one caller.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(new Random((seed * Callers) + caller)))));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task CallAsync(Random random)
    {
        using var timer = new PeriodicTimer(Pause);
        while (!_stop.IsCancellationRequested)
        {
            var grain = grains[random.Next(grains.Count)];
            var made = TimeProvider.System.GetTimestamp();
            try
            {
                var answer = random.Next(3) == 0
                    ? await factory.GetGrain<IDrillGrain>($"relay{random.Next(8)}").Ask(grain)
                    : await factory.GetGrain<IDrillGrain>(grain).Say();
                ledger.Answered(grain, made, answer, TimeProvider.System.GetTimestamp());
            }
            catch (Exception exception)
            {
                ledger.Failed(exception);
            }
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
