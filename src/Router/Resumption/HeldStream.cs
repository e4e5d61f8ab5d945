using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Resumption;

/// <summary>
/// A stream that can be asked for again: its events as they were written, and who follows them. It runs whether anybody does or not, for a bounded time. All that
/// changes stands under the lock of <see cref="HeldStreams"/>.
/// </summary>
internal sealed class HeldStream : IDisposable
{
    /// <summary>Bytes that readers of a stream which is no longer kept may lag behind, before it waits for them as any other stream does.</summary>
    public const int Window = 256 << 10;

    /// <summary>Who follow one stream at once.</summary>
    public const int MostReaders = 16;

    private readonly HeldStreams _all;
    private readonly EventLog _log = new();
    private readonly List<HeldReader> _readers = [];
    private readonly CancellationTokenSource _cancelled = new();

    /// <summary>Completes when there is more, or no more will come.</summary>
    private TaskCompletionSource _grown = NewSignal();

    /// <summary>Completes when a reader has read, or left.</summary>
    private TaskCompletionSource _read = NewSignal();

    private readonly TaskCompletionSource _ended = NewSignal();

    /// <summary>What it failed with, where its events don't tell.</summary>
    private Failure? _failure;

    /// <summary>Why its events are not kept any more; null: they are.</summary>
    private Failure? _lost;

    /// <summary>Of the present state of it.</summary>
    private ReadOnlyMemory<byte> _state;

    public HeldStream(HeldStreams all, string id, string kind, DateTimeOffset begunAt) => (_all, Id, Kind, BegunAt, Cancellation) = (all, id, kind, begunAt, _cancelled.Token);

    public string Id { get; }

    /// <summary>Whose words it has: of the API that it was asked for by.</summary>
    public string Kind { get; }

    public DateTimeOffset BegunAt { get; }

    /// <summary>Of its generation.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Why its generation was ended before its time; null: it was not.</summary>
    public Failure? Cut { get; private set; }

    /// <summary>Whether no event will come any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Completes when no event will come any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether nobody can come back to it.</summary>
    public bool IsLost => _lost is not null;

    /// <summary>Events that were written.</summary>
    public int Events => _log.Count;

    /// <summary>What it takes of the room of all.</summary>
    public long Bytes => _log.KeptBytes + _state.Length;

    public int Readers => _readers.Count;

    /// <summary>Whether no id leads to it any more.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Since when nobody has listened, or, of one that has ended, no event came: a timestamp.</summary>
    public long QuietSince { get; set; }

    /// <summary>Fires when it has been kept, or alone, for long enough.</summary>
    public System.Threading.ITimer? Timer { get; set; }

    /// <summary>What there is of the answer, in the API's own words, for those who ask for that instead of events.</summary>
    /// <exception cref="RequestFailedException">It was not kept.</exception>
    public ReadOnlyMemory<byte> State
    {
        get
        {
            lock (_all.Gate)
            {
                return _state.Length > 0 ? _state : throw new RequestFailedException(_failure ?? _lost ?? new Failure(FailureKind.Gone, "nothing of it was kept"));
            }
        }
    }

    /// <summary>The next event.</summary>
    /// <returns>Completes at once, unless it is not kept and its readers lag behind.</returns>
    public ValueTask AddAsync(ReadOnlyMemory<byte> one)
    {
        bool isCut;
        lock (_all.Gate)
        {
            if (!IsLost && _all.LacksRoom(this, one.Length) is { } limit)
            {
                _all.Lose(this, limit);
            }

            _log.Add(one);
            _all.Grew(one.Length);
            Trim();
            Signal(ref _grown);
            isCut = _all.EndIfDeserted(this);
        }

        if (isCut)
        {
            Cancel();
        }

        return IsLost ? WaitForReadersAsync() : ValueTask.CompletedTask;
    }

    /// <summary>What there is of the answer now; it goes before what was told earlier.</summary>
    public void Tell(ReadOnlyMemory<byte> state)
    {
        lock (_all.Gate)
        {
            _all.Grew(-_state.Length);
            _state = default;
            if (_all.LacksRoom(this, state.Length) is null)
            {
                _state = state;
                _all.Grew(state.Length);
            }
        }
    }

    /// <summary>A place behind which to follow.</summary>
    /// <exception cref="RequestFailedException">It is not kept, has no such place, or enough others follow it.</exception>
    public HeldReader Follow(StreamPlace from)
    {
        lock (_all.Gate)
        {
            if (_lost is not null)
            {
                throw new RequestFailedException(_lost);
            }

            if (IsDropped)
            {
                throw new RequestFailedException(FailureKind.Gone, "this stream is not kept any more");
            }

            if (_readers.Count >= MostReaders)
            {
                throw new RequestFailedException(FailureKind.Overloaded, $"{MostReaders} readers follow this stream already, which is all it takes; try again later");
            }

            if (from.Count > (from.InBytes ? _log.Length : _log.Count))
            {
                throw new RequestFailedException(Failure.Invalid(
                    from.Field, $"{from.Field} is {from.Count}; the stream has {(from.InBytes ? $"{_log.Length} bytes" : $"{_log.Count} events")} so far"));
            }

            var (next, skipped) = from.InBytes ? _log.Find(from.Count) : ((int)from.Count, 0);
            var reader = new HeldReader(this, next, skipped);
            _readers.Add(reader);
            _all.Settle(this);
            return reader;
        }
    }

    /// <summary>Whether all is over and a reader from there would get nothing.</summary>
    public bool IsOverAt(StreamPlace from)
    {
        lock (_all.Gate)
        {
            return HasEnded && _failure is null && from.Count == (from.InBytes ? _log.Length : _log.Count);
        }
    }

    internal async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(HeldReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            Task grown;
            lock (_all.Gate)
            {
                if (reader.Take(_log.Kept, _log.First) is { Count: > 0 } taken)
                {
                    Trim();
                    Signal(ref _read);
                    return taken;
                }

                if (HasEnded)
                {
                    return _failure is null ? [] : throw new RequestFailedException(_failure);
                }

                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellation);
        }
    }

    internal void Leave(HeldReader reader)
    {
        bool isCut;
        lock (_all.Gate)
        {
            _readers.Remove(reader);
            Trim();
            Signal(ref _read);
            isCut = _all.EndIfDeserted(this);
            _all.Settle(this);
        }

        if (isCut)
        {
            Cancel();
        }
    }

    /// <summary>Its generation has ended.</summary>
    /// <param name="failure">What readers are told behind its last event; null: that event told, or all went well.</param>
    internal void End(Failure? failure)
    {
        lock (_all.Gate)
        {
            HasEnded = true;
            _failure = failure;
            Signal(ref _grown);
            _all.Ended(this, hasNothing: failure is not null && _log.Count == 0);
            _ended.SetResult();
            Signal(ref _read);
        }
    }

    /// <summary>Under the lock; <see cref="Cancel"/> follows it outside.</summary>
    /// <returns>Whether there is anything to cancel.</returns>
    internal bool CutShort(Failure why)
    {
        if (HasEnded || Cut is not null)
        {
            return false;
        }

        Cut = why;
        return true;
    }

    /// <summary>Under the lock: nobody comes back to it, and what present readers have is let go.</summary>
    internal void Lose(Failure why)
    {
        _lost = why;
        Trim();
    }

    /// <summary>Under the lock: it is over, and takes no room any more.</summary>
    /// <returns>What it took.</returns>
    internal long Clear()
    {
        long bytes = Bytes;
        _log.CutBefore(_log.Count);
        _state = default;
        return bytes;
    }

    internal void Cancel()
    {
        try
        {
            _cancelled.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended between the decision and this.
        }
    }

    public void Dispose()
    {
        Timer?.Dispose();
        _cancelled.Dispose();
    }

    /// <summary>What is not kept goes once all have read it.</summary>
    private void Trim()
    {
        if (IsLost)
        {
            _all.Grew(-_log.CutBefore(_readers.Count == 0 ? _log.Count : _readers.Min(r => r.Next)));
        }
    }

    private async ValueTask WaitForReadersAsync()
    {
        while (true)
        {
            Task read;
            lock (_all.Gate)
            {
                if (_log.KeptBytes <= Window || _readers.Count == 0)
                {
                    return;
                }

                read = _read.Task;
            }

            try
            {
                await read.WaitAsync(Cancellation);
            }
            catch (OperationCanceledException)
            {
                // Its generation tells of it.
                return;
            }
        }
    }

    private static void Signal(ref TaskCompletionSource signal)
    {
        signal.SetResult();
        signal = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
