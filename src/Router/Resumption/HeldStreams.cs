using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Resumption;

/// <summary>
/// The streams that this router holds for those who come back. Bounded in streams, bytes and time; what has ended goes first, the oldest before others. One lock
/// guards all of them: an event's turn under it is short, and few requests ask to be held.
/// </summary>
internal sealed partial class HeldStreams(RouterOptions options, HeldMetrics metrics, TimeProvider time, ILogger<HeldStreams> log) : IDisposable
{
    private readonly Dictionary<string, HeldStream> _streams = new(StringComparer.Ordinal);
    private readonly TimeSpan _kept = TimeSpan.FromSeconds(options.HeldSeconds);
    private readonly TimeSpan _alone = TimeSpan.FromSeconds(options.HeldAloneSeconds);
    private long _bytes;
    private bool _closing;

    internal Lock Gate { get; } = new();

    /// <summary>Of all streams.</summary>
    public long Bytes
    {
        get
        {
            lock (Gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Begins one, whose generation goes on without its caller. An older one of its id goes.</summary>
    /// <param name="id">Leads to it.</param>
    /// <param name="kind">Whose words it has.</param>
    /// <param name="produce">Adds its events, to its end. What it fails with is told behind them.</param>
    /// <returns>Its first reader.</returns>
    /// <exception cref="RequestFailedException">There is no room, or the router stops.</exception>
    public HeldReader Begin(string id, string kind, Func<HeldStream, CancellationToken, Task> produce)
    {
        HeldStream? replaced;
        HeldReader reader;
        lock (Gate)
        {
            if (_closing)
            {
                throw new RequestFailedException(FailureKind.Unavailable, "this router drains; ask another");
            }

            if (options.HeldStreamLimit == 0)
            {
                throw new RequestFailedException(FailureKind.Unimplemented, $"no streams are held here; {RouterOptions.NameOf(nameof(options.HeldStreamLimit))} says so");
            }

            replaced = _streams.GetValueOrDefault(id);
            bool isCut = replaced is not null && Drop(replaced, StreamDrop.Replaced);
            replaced = isCut ? replaced : null;
            MakePlace();
            var stream = new HeldStream(this, id, kind, time.GetUtcNow());
            stream.Timer = time.CreateTimer(Expire, stream, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            reader = stream.Follow(StreamPlace.Start);
            _streams.Add(id, stream);
            Tell();
        }

        replaced?.Cancel();
        _ = Task.Run(() => RunAsync(reader.Stream, produce), CancellationToken.None);
        return reader;
    }

    /// <summary>Null: this router holds none of that id.</summary>
    public HeldStream? Find(string id)
    {
        lock (Gate)
        {
            return _streams.GetValueOrDefault(id);
        }
    }

    /// <summary>Those of now, the newest first.</summary>
    public IReadOnlyList<HeldStream> List()
    {
        lock (Gate)
        {
            return [.. _streams.Values.OrderByDescending(s => s.BegunAt)];
        }
    }

    /// <summary>The same for operators.</summary>
    /// <param name="router">This one's name.</param>
    public HeldStreamSummary[] Summaries(string router)
    {
        lock (Gate)
        {
            return
            [
                .. List().Select(s => new HeldStreamSummary
                {
                    Router = router,
                    Id = s.Id,
                    Kind = s.Kind,
                    BegunAtUnixMs = s.BegunAt.ToUnixTimeMilliseconds(),
                    HasEnded = s.HasEnded,
                    Events = s.Events,
                    Bytes = s.Bytes,
                    Readers = s.Readers,
                }),
            ];
        }
    }

    /// <summary>Ends one's generation; what it has is kept.</summary>
    public void Stop(HeldStream stream, Failure why)
    {
        bool isCut;
        lock (Gate)
        {
            isCut = stream.CutShort(why);
        }

        if (isCut)
        {
            stream.Cancel();
        }
    }

    /// <summary>Somebody asked how it is: that is listening, too.</summary>
    public void Touch(HeldStream stream)
    {
        lock (Gate)
        {
            Settle(stream);
        }
    }

    /// <param name="id">Of the stream.</param>
    /// <param name="why">For its readers, and the metrics.</param>
    /// <param name="begunBefore">Only one that began before this, milliseconds of unix time: of two that begin at once on two routers, one stays.</param>
    /// <returns>Whether there was one.</returns>
    public bool Drop(string id, StreamDrop why, long begunBefore = long.MaxValue)
    {
        HeldStream? stream;
        bool isCut;
        lock (Gate)
        {
            if (!_streams.TryGetValue(id, out stream) || stream.BegunAt.ToUnixTimeMilliseconds() >= begunBefore)
            {
                return false;
            }

            isCut = Drop(stream, why);
        }

        if (isCut)
        {
            stream.Cancel();
        }

        return true;
    }

    /// <summary>The router stops: what nobody follows ends now, what somebody does when it is over or they leave.</summary>
    public void Close()
    {
        HeldStream[] cut;
        lock (Gate)
        {
            _closing = true;
            cut = [.. _streams.Values.Where(EndIfDeserted)];
        }

        foreach (var stream in cut)
        {
            stream.Cancel();
        }
    }

    public void Dispose()
    {
        foreach (var stream in _streams.Values)
        {
            stream.Dispose();
        }
    }

    /// <summary>Under the lock.</summary>
    /// <returns>What lacks; null: there is room for so many bytes more.</returns>
    internal Failure? LacksRoom(HeldStream stream, int bytes)
    {
        if (stream.Bytes + bytes > options.HeldStreamBytes)
        {
            return Gone($"{options.HeldStreamBytes} bytes of a stream are kept ({RouterOptions.NameOf(nameof(options.HeldStreamBytes))})");
        }

        while (_bytes + bytes > options.HeldBytes)
        {
            if (_streams.Values.Where(s => s.HasEnded && s.Readers == 0 && s.Bytes > 0).MinBy(s => s.QuietSince) is not { } oldest)
            {
                return Gone($"{options.HeldBytes} bytes of all streams are kept ({RouterOptions.NameOf(nameof(options.HeldBytes))})");
            }

            Drop(oldest, StreamDrop.Room);
        }

        return null;

        static Failure Gone(string limit) => new(FailureKind.Gone, $"this stream can't be asked for again: {limit}, and it has more");
    }

    /// <summary>Under the lock.</summary>
    internal void Grew(long bytes)
    {
        _bytes += bytes;
        metrics.Bytes.Set(_bytes);
    }

    /// <summary>Under the lock: from now on the stream is like any other, and goes on for the readers that it has.</summary>
    internal void Lose(HeldStream stream, Failure why)
    {
        metrics.Dropped(StreamDrop.Bytes);
        stream.Lose(why);
    }

    /// <summary>Under the lock.</summary>
    /// <returns>Whether its generation is to be cancelled, because nobody can come back to it.</returns>
    internal bool EndIfDeserted(HeldStream stream)
    {
        if (stream.HasEnded || stream.Readers > 0 || !(stream.IsLost || _closing))
        {
            return false;
        }

        bool isCut = stream.CutShort(_closing ? Stops : new Failure(FailureKind.Cancelled, "nobody listens any more, and nobody can come back"));
        if (isCut && _closing)
        {
            metrics.Dropped(StreamDrop.Stopping);
        }

        return isCut;
    }

    /// <summary>Under the lock, after its readers changed.</summary>
    internal void Settle(HeldStream stream)
    {
        if (stream.HasEnded)
        {
            if (stream.IsDropped && stream.Readers == 0)
            {
                Grew(-stream.Clear());
                stream.Dispose();
            }

            return;
        }

        stream.QuietSince = time.GetTimestamp();
        stream.Timer?.Change(stream.Readers > 0 || stream.IsDropped ? Timeout.InfiniteTimeSpan : _alone, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Under the lock.</summary>
    internal void Ended(HeldStream stream, bool hasNothing)
    {
        stream.QuietSince = time.GetTimestamp();
        if (hasNothing && !stream.IsDropped)
        {
            Drop(stream, StreamDrop.Failed);
        }
        else if (stream.IsDropped)
        {
            Settle(stream);
        }
        else
        {
            stream.Timer?.Change(_kept, Timeout.InfiniteTimeSpan);
        }
    }

    private static readonly Failure Stops = new(FailureKind.Unavailable, "this router stops, and nobody listened; ask another");

    private async Task RunAsync(HeldStream stream, Func<HeldStream, CancellationToken, Task> produce)
    {
        Failure? failure = null;
        try
        {
            await produce(stream, stream.Cancellation);
        }
        catch (RequestFailedException error)
        {
            failure = stream.Cut ?? error.Failure;
        }
        catch (OperationCanceledException) when (stream.Cancellation.IsCancellationRequested)
        {
            failure = stream.Cut;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogFailed(log, error);
            failure = new Failure(FailureKind.Internal, "the router failed; its log says why");
        }

        stream.End(failure);
    }

    private void MakePlace()
    {
        if (_streams.Count < options.HeldStreamLimit)
        {
            return;
        }

        var oldest = _streams.Values.Where(s => s.HasEnded && s.Readers == 0).MinBy(s => s.QuietSince) ?? throw new RequestFailedException(
            FailureKind.Overloaded, $"{options.HeldStreamLimit} streams are held, which is all this router holds ({RouterOptions.NameOf(nameof(options.HeldStreamLimit))}); try again later");
        Drop(oldest, StreamDrop.Room);
    }

    /// <summary>Under the lock.</summary>
    /// <returns>Whether its generation is to be cancelled.</returns>
    private bool Drop(HeldStream stream, StreamDrop why)
    {
        if (_streams.GetValueOrDefault(stream.Id) == stream)
        {
            _streams.Remove(stream.Id);
        }

        stream.IsDropped = true;
        metrics.Dropped(why);
        Tell();
        bool isCut = stream.CutShort(why == StreamDrop.Replaced
            ? new Failure(FailureKind.Cancelled, "another request has this stream's id now")
            : new Failure(FailureKind.Cancelled, "the stream was deleted by its id"));
        Settle(stream);
        return isCut;
    }

    private void Expire(object? state)
    {
        var stream = (HeldStream)state!;
        bool isCut;
        lock (Gate)
        {
            if (stream.IsDropped)
            {
                return;
            }

            // A timer's clock is a coarser one: it may call before the time is over. Or the stream was heard of meanwhile.
            var left = (stream.HasEnded ? _kept : _alone) - time.GetElapsedTime(stream.QuietSince);
            if (left > TimeSpan.Zero)
            {
                stream.Timer?.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                return;
            }

            if (stream.HasEnded)
            {
                Drop(stream, StreamDrop.Expired);
                return;
            }

            isCut = stream.Readers == 0 && stream.CutShort(new Failure(
                FailureKind.Cancelled, $"nobody listened for {_alone.TotalSeconds:0} seconds, so the answer was ended ({RouterOptions.NameOf(nameof(options.HeldAloneSeconds))})"));
        }

        if (isCut)
        {
            metrics.Dropped(StreamDrop.Alone);
            stream.Cancel();
        }
    }

    private void Tell() => metrics.Held.Set(_streams.Count);

    [LoggerMessage(3701, LogLevel.Error, "A held stream failed")]
    private static partial void LogFailed(ILogger log, Exception error);
}
