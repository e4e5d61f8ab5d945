namespace ExpertCluster.Node.Logs;

/// <summary>
/// A log that costs its writers nothing but lines: text waits in a bounded queue for a thread of its own, the only one that the
/// place where it goes can hold up or fail. What finds no room, or can't be written, is dropped and counted.
/// </summary>
public sealed class DroppingLog : IDisposable
{
    /// <summary>Characters that wait at most.</summary>
    public const int Room = 1 << 20;

    /// <summary>Between two tries of a place that fails; what comes meanwhile is dropped.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<string> _queue = new();
    private readonly AutoResetEvent _work = new(false);
    private readonly ManualResetEventSlim _idle = new(true);
    private readonly Action<string> _write;
    private readonly TimeProvider _time;
    private readonly Action<Exception>? _failing;
    private readonly Action<int>? _dropping;
    private int _held;
    private bool _closed;
    private long _dropped;
    private long _untold;
    private long? _failed;

    /// <param name="name">Of the thread.</param>
    /// <param name="write">Puts a text where it belongs; throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where it can't.</param>
    /// <param name="time">Counts the pause.</param>
    /// <param name="failing">Told once why nothing can be written, and again only after something could.</param>
    /// <param name="dropping">Told how many lines were dropped.</param>
    public DroppingLog(string name, Action<string> write, TimeProvider time, Action<Exception>? failing = null, Action<int>? dropping = null)
    {
        (_write, _time, _failing, _dropping) = (write, time, failing, dropping);
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Lines that were lost so far.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <param name="text">One line or several, with their ends.</param>
    public void Write(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool taken;
        lock (_lock)
        {
            taken = !_closed && _held + text.Length <= Room;
            if (taken)
            {
                _held += text.Length;
                _idle.Reset();
                _queue.Enqueue(text);
                _work.Set();
            }
        }

        if (!taken)
        {
            Drop(text);
        }
    }

    /// <summary>Waits until all is written that came before.</summary>
    /// <returns>False where that took longer than <paramref name="patience"/>.</returns>
    public bool Drain(TimeSpan patience) => _idle.Wait(patience);

    /// <summary>Takes no more; what waits is still written, unless the process ends first.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _closed = true;
                _work.Set();
            }
        }
    }

    // Events are left to the finalizers: whoever drains may still wait for one when the thread ends.
    private void Run()
    {
        while (true)
        {
            string? text;
            lock (_lock)
            {
                if (!_queue.TryDequeue(out text) && _closed)
                {
                    return;
                }
            }

            if (text is null)
            {
                _work.WaitOne();
                continue;
            }

            Deliver(text);
            lock (_lock)
            {
                _held -= text.Length;
                if (_queue.Count == 0)
                {
                    _idle.Set();
                }
            }
        }
    }

    private void Deliver(string text)
    {
        if (_failed is { } since && _time.GetElapsedTime(since) < Pause)
        {
            Drop(text);
            return;
        }

        try
        {
            long untold = Interlocked.Read(ref _untold);
            if (untold > 0)
            {
                _write($"{untold} lines of this log were dropped\n");
                Interlocked.Add(ref _untold, -untold);
            }

            _write(text);
            _failed = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            bool isNew = _failed is null;
            _failed = _time.GetTimestamp();
            Drop(text);
            if (isNew)
            {
                _failing?.Invoke(error);
            }
        }
    }

    private void Drop(string text)
    {
        int lines = Math.Max(1, text.AsSpan().Count('\n'));
        Interlocked.Add(ref _dropped, lines);
        Interlocked.Add(ref _untold, lines);
        _dropping?.Invoke(lines);
    }
}
