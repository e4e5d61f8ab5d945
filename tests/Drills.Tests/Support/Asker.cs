using System.Collections.Concurrent;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills.Support;

/// <summary>A client that asks one expert again and again, and remembers what went wrong.</summary>
internal sealed class Asker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task _asking;
    private int _answers;

    public Asker(Completions.CompletionsClient client, string expert) => _asking = Task.Run(() => AskAsync(client, expert));

    public int Answers => Volatile.Read(ref _answers);

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Until as many more have been answered, or one failed.</summary>
    public Task MoreAsync(int count)
    {
        int goal = Answers + count;
        return Node.UntilAsync(() => Task.FromResult(Answers >= goal || !_failures.IsEmpty));
    }

    /// <summary>Waits for one more answer and stops it; none of its questions may have failed.</summary>
    public async Task FoundNothingWrongAsync()
    {
        await MoreAsync(1);
        await DisposeAsync();
        Assert.True(Failures.Count == 0, string.Join('\n', Failures.Take(20)));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync();
        }

        await _asking;
    }

    private async Task AskAsync(Completions.CompletionsClient client, string expert)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await AskOnceAsync(client, expert);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task AskOnceAsync(Completions.CompletionsClient client, string expert)
    {
        try
        {
            using var call = client.Complete(Requests.Chat(expert, "Who decides?", 8), cancellationToken: _stop.Token);
            while (await call.ResponseStream.MoveNext(_stop.Token))
            {
            }

            Interlocked.Increment(ref _answers);
        }
        catch (RpcException error) when (!_stop.IsCancellationRequested)
        {
            _failures.Enqueue($"after {Answers} answers: {error.Status}");
        }
        catch (RpcException)
        {
            // Whoever stops it does not ask how this one would have ended.
        }
    }
}
