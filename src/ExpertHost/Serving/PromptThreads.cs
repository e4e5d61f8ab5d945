using System.Collections.Concurrent;
using System.Globalization;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Text.Bounds;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>
/// Reads prompts (<see cref="PromptReader"/>) on a few threads of its own: what a template or a tokenizer takes long over holds up other
/// prompts, never the thread pool, on which the silo's heartbeats and all streams run. Short prompts too: what a template does does not
/// depend on their length, and the way to another thread costs microseconds.
/// </summary>
internal sealed class PromptThreads : IDisposable
{
    /// <summary>Bytes: what .NET's threads have elsewhere at least. What runs here is bounded in depth to a part of it.</summary>
    private const int StackBytes = 3 << 19;

    private readonly CancellationTokenSource _stopping = new();
    private readonly BlockingCollection<Work> _queue;
    private readonly RuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly TextLimits _limits;
    private readonly List<Thread> _threads;

    public PromptThreads(RuntimeOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _limits = TextLimits.Default with { Bytes = (long)options.PromptMegabytes << 20 };
        _queue = new BlockingCollection<Work>(options.PromptQueueLimit);
        _threads = [.. Enumerable.Range(0, options.PromptThreads).Select(i => new Thread(Run, StackBytes) { Name = $"prompts {i}", IsBackground = true })];
        _threads.ForEach(thread => thread.Start());
    }

    /// <inheritdoc cref="PromptReader.Read"/>
    /// <exception cref="RequestRefusedException">
    /// RESOURCE_EXHAUSTED: too many wait already; INVALID_ARGUMENT: it takes too long or too much, or what <see cref="PromptReader"/> refuses.
    /// </exception>
    public Task<IReadOnlyList<int>> ReadAsync(BaseRuntime runtime, GenerateRequest request, int contextLength, CancellationToken cancellation) =>
        RunAsync(PromptReader.FieldOf(request), token => PromptReader.Read(runtime, request, contextLength, _limits, token), cancellation);

    /// <param name="field">What is read, as the request names it.</param>
    /// <param name="read">Heeds its token: that of <paramref name="cancellation"/>, and of the time.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <inheritdoc cref="ReadAsync"/>
    internal async Task<IReadOnlyList<int>> RunAsync(string field, Func<CancellationToken, IReadOnlyList<int>> read, CancellationToken cancellation)
    {
        var work = new Work(read, cancellation);
        if (!_queue.TryAdd(work, 0, CancellationToken.None))
        {
            throw new RequestRefusedException(
                StatusCode.ResourceExhausted, $"{_options.PromptQueueLimit} prompts wait on this host to be tokenized; no more are taken");
        }

        try
        {
            // A caller that leaves is gone at once, whatever the thread is doing.
            return await work.Result.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            string seconds = _options.PromptSeconds.ToString(CultureInfo.InvariantCulture);
            throw new RequestRefusedException(StatusCode.InvalidArgument, $"{field} takes more than {seconds} seconds to render and tokenize");
        }
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        _stopping.Cancel();

        // Each heeds that within a match of an expression.
        _threads.ForEach(thread => thread.Join());
        _queue.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        foreach (var work in _queue.GetConsumingEnumerable())
        {
            work.Run(TimeSpan.FromSeconds(_options.PromptSeconds), _time, _stopping.Token);
        }
    }

    private sealed class Work(Func<CancellationToken, IReadOnlyList<int>> read, CancellationToken cancellation)
    {
        private readonly TaskCompletionSource<IReadOnlyList<int>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<int>> Result => _result.Task;

        public void Run(TimeSpan most, TimeProvider time, CancellationToken stopping)
        {
            if (cancellation.IsCancellationRequested || stopping.IsCancellationRequested)
            {
                _result.TrySetCanceled(cancellation);
                return;
            }

            using var timer = new CancellationTokenSource(most, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation, stopping);
            try
            {
                _result.SetResult(read(either.Token));
            }
            catch (OperationCanceledException left)
            {
                _result.TrySetCanceled(left.CancellationToken);
            }
            catch (Exception error)
            {
                // Whoever asked is told, and the thread goes on.
                _result.SetException(error);
            }
        }
    }
}
