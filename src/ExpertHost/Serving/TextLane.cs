using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>A few threads that read texts, and a bounded queue before them.</summary>
internal sealed partial class TextLane : IDisposable
{
    /// <summary>Bytes: what .NET's threads have elsewhere at least. What runs here is bounded in depth to a part of it.</summary>
    private const int StackBytes = 3 << 19;

    // setpriority(2): of a process or, on Linux, of a thread; 0 is the caller.
    private const int ProcessPriority = 0;
    private const int Caller = 0;

    private readonly CancellationTokenSource _stopping = new();
    private readonly BlockingCollection<Work> _queue;
    private readonly TimeProvider _time;
    private readonly TimeProvider _processor;
    private readonly List<Thread> _threads;

    /// <param name="name">Of its threads.</param>
    /// <param name="threads">How many.</param>
    /// <param name="queueLimit">Texts that may wait.</param>
    /// <param name="niceness">Of its threads, where the system knows it: 0, as all others; 19, after all others.</param>
    /// <param name="time">Measures what texts take.</param>
    /// <param name="processor">Measures what of that they compute.</param>
    public TextLane(string name, int threads, int queueLimit, int niceness, TimeProvider time, TimeProvider processor)
    {
        (_time, _processor) = (time, processor);
        _queue = new BlockingCollection<Work>(queueLimit);
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Run(niceness), StackBytes) { Name = $"{name} {i}", IsBackground = true })];
        _threads.ForEach(thread => thread.Start());
    }

    /// <param name="read">Heeds its token: that of <paramref name="cancellation"/>, and of the time.</param>
    /// <param name="most">Time that it may take once a thread has it.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <returns>What was read; null: too many wait already.</returns>
    /// <exception cref="PromptLateException">It took longer, or the lane stops.</exception>
    public Task<T>? TryRun<T>(Func<CancellationToken, T> read, TimeSpan most, CancellationToken cancellation)
    {
        var work = new Work<T>(read, most, cancellation);
        return _queue.TryAdd(work, 0, CancellationToken.None) ? WaitAsync(work, cancellation) : null;
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

    private static async Task<T> WaitAsync<T>(Work<T> work, CancellationToken cancellation)
    {
        try
        {
            // A caller that leaves is gone at once, whatever the thread is doing.
            return await work.Result.WaitAsync(cancellation);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new PromptLateException(work.WasStarved, late);
        }
    }

    private void Run(int niceness)
    {
        if (niceness > 0 && OperatingSystem.IsLinux())
        {
            // Where it is not allowed the thread is one like the others: slower for them, and right.
            _ = SetPriority(ProcessPriority, Caller, niceness);
        }

        foreach (var work in _queue.GetConsumingEnumerable())
        {
            work.Run(_time, _processor, _stopping.Token);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);

    private abstract class Work
    {
        public abstract void Run(TimeProvider time, TimeProvider processor, CancellationToken stopping);
    }

    private sealed class Work<T>(Func<CancellationToken, T> read, TimeSpan most, CancellationToken cancellation) : Work
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Result => _result.Task;

        /// <summary>Whether it computed for less than half of its time: others did. Known once there is a result.</summary>
        public bool WasStarved { get; private set; }

        public override void Run(TimeProvider time, TimeProvider processor, CancellationToken stopping)
        {
            long begun = processor.GetTimestamp();
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
                WasStarved = processor.GetElapsedTime(begun) < most / 2;
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
