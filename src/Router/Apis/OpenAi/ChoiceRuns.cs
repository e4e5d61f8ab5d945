using System.Runtime.ExceptionServices;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Router.Serving;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>
/// Runs the choices of a request side by side, each as a request of its own; those of one prompt begin when the first of them has a token, so that they find what was
/// read of it in its host's prefix cache. The first that fails ends all.
/// </summary>
internal sealed class ChoiceRuns(CompletionPipeline pipeline)
{
    /// <param name="request">What is asked.</param>
    /// <param name="take">Gets each chunk with its choice's index, one at a time; a chunk is valid until it returns.</param>
    /// <param name="cancellation">Cancelled when the caller leaves: then all end.</param>
    /// <exception cref="Contracts.Failures.RequestFailedException">A choice failed.</exception>
    public Task RunAsync(OpenAiRequest request, Func<int, CompletionChunk, ValueTask> take, CancellationToken cancellation) =>
        request.Choices.Count == 1 ? OneAsync(request, take, cancellation) : AllAsync(request, take, cancellation);

    private async Task OneAsync(OpenAiRequest request, Func<int, CompletionChunk, ValueTask> take, CancellationToken cancellation)
    {
        await foreach (var chunk in pipeline.RunAsync(request.First, DateTime.MaxValue, cancellation))
        {
            await take(0, chunk);
        }
    }

    private async Task AllAsync(OpenAiRequest request, Func<int, CompletionChunk, ValueTask> take, CancellationToken cancellation)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var turn = new SemaphoreSlim(1);
        Exception? first = null;
        var read = Enumerable.Range(0, request.Choices.Count / request.PerPrompt).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        await Task.WhenAll(request.Choices.Select((_, i) => RunAsync(i)));
        if (first is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        async Task RunAsync(int i)
        {
            var (prompt, place) = Math.DivRem(i, request.PerPrompt);
            try
            {
                if (place > 0)
                {
                    await read[prompt].Task.WaitAsync(all.Token);
                }

                await foreach (var chunk in pipeline.RunAsync(request.Choices[i], DateTime.MaxValue, all.Token))
                {
                    read[prompt].TrySetResult();
                    await turn.WaitAsync(all.Token);
                    try
                    {
                        await take(i, chunk);
                    }
                    finally
                    {
                        turn.Release();
                    }
                }
            }
            catch (Exception problem)
            {
                // What the others say then is that they were cancelled.
                if (Interlocked.CompareExchange(ref first, problem, null) is null)
                {
                    await all.CancelAsync();
                }
            }
        }
    }
}
