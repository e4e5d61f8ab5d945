using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// A call as its caller sees it: it ends once, with the first outcome that is found: the server's, the deadline, a
/// cancellation, or an error of the transport.
/// </summary>
internal abstract class ClientCall : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();
    private readonly CancellationTokenRegistration _callerCancels;
    private readonly CancellationTokenRegistration _channelCloses;
    private readonly ITimer? _deadlineTimer;
    private volatile Outcome? _outcome;

    protected ClientCall(GrpcChannel channel, CallOptions options)
    {
        ObjectDisposedException.ThrowIf(channel.Disposed.IsCancellationRequested, channel);
        Channel = channel;
        Options = options;
        Cancelled = _cancelled.Token;
        TimeSpan? timeout = TimeLeft();
        // Timers reach 49 days; who waits longer has no deadline worth a timer.
        if (timeout is { } left && left > TimeSpan.Zero && left.TotalMilliseconds < uint.MaxValue - 1)
        {
            _deadlineTimer = channel.Options.Time.CreateTimer(
                static call => ((ClientCall)call!).TryEnd(new Outcome(DeadlineExceeded)), this, left, Timeout.InfiniteTimeSpan);
        }
        else if (timeout <= TimeSpan.Zero)
        {
            TryEnd(new Outcome(DeadlineExceeded));
        }
        if (_outcome is not null)
            return;
        _callerCancels = options.CancellationToken.UnsafeRegister(
            static (call, token) => ((ClientCall)call!).CancelledByCaller(token), this);
        _channelCloses = channel.Disposed.UnsafeRegister(static call => ((ClientCall)call!).Dispose(), this);
        if (_outcome is not null)
        {
            // One of them came at once, when there was nothing to unregister yet.
            _callerCancels.Unregister();
            _channelCloses.Unregister();
        }
    }

    public GrpcChannel Channel { get; }

    public CallOptions Options { get; }

    /// <summary>Cancelled as soon as the call has ended.</summary>
    public CancellationToken Cancelled { get; }

    public Outcome? Outcome => _outcome;

    /// <summary>The outcome that the caller is told.</summary>
    protected virtual Outcome? Told => _outcome;

    private static Status DeadlineExceeded => new(StatusCode.DeadlineExceeded, "");

    public abstract Task<Metadata> GetResponseHeadersAsync();

    public Status GetStatus() => Told?.Status
        ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() => Told?.Trailers
        ?? throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");

    /// <summary>Ends the call, unless it has ended; gives how it has.</summary>
    public Outcome End(Outcome outcome)
    {
        TryEnd(outcome);
        return _outcome!;
    }

    public void CancelledByCaller(CancellationToken token) => TryEnd(new Outcome(
        new Status(StatusCode.Cancelled, "Call canceled by the client.", new OperationCanceledException(token))));

    public void Dispose() => TryEnd(new Outcome(new Status(StatusCode.Cancelled, "gRPC call disposed.")));

    /// <summary>Ends the call with what an exception means, and gives the exception that the caller sees.</summary>
    public Exception Fail(string summary, Exception exception)
    {
        Outcome outcome = End(new Outcome(StatusOf(summary, exception)));
        return ToException(outcome);
    }

    public Exception ToException(Outcome outcome)
    {
        bool cancelled = outcome.Trailers is null && outcome.Status.StatusCode is StatusCode.Cancelled
            && outcome.Status.DebugException is null or OperationCanceledException
            || outcome.Status.StatusCode == StatusCode.DeadlineExceeded;
        if (!cancelled || !Channel.Options.ThrowOperationCanceledOnCancellation)
            return outcome.ToException();
        CancellationToken token = Options.CancellationToken.IsCancellationRequested ? Options.CancellationToken : Cancelled;
        return new OperationCanceledException(outcome.Status.Detail, outcome.Status.DebugException, token);
    }

    /// <summary>What an exception means when nothing else has ended the call.</summary>
    public Status StatusOf(string summary, Exception exception)
    {
        if (exception is RpcException rpc)
            return rpc.Status;
        if (exception is OperationCanceledException)
            return _outcome?.Status ?? new Status(StatusCode.Cancelled, "", exception);
        Status status = TransportStatus.From(summary, exception);
        // A server whose clock is ahead resets the stream a moment before our timer.
        return status.StatusCode == StatusCode.Cancelled && TimeLeft() <= TimeSpan.Zero
            ? new Status(StatusCode.DeadlineExceeded, status.Detail, exception) : status;
    }

    private bool TryEnd(Outcome outcome)
    {
        if (Interlocked.CompareExchange(ref _outcome, outcome, null) is not null)
            return false;
        _callerCancels.Unregister();
        _channelCloses.Unregister();
        _deadlineTimer?.Dispose();
        _cancelled.Cancel();
        OnEnded(outcome);
        return true;
    }

    protected abstract void OnEnded(Outcome outcome);

    /// <summary>Until the deadline; null: there is none.</summary>
    protected TimeSpan? TimeLeft()
    {
        if (Options.Deadline is not { } deadline || deadline == DateTime.MaxValue)
            return null;
        if (deadline.Kind != DateTimeKind.Utc && deadline != DateTime.MinValue)
        {
            throw new InvalidOperationException(
                "Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue.");
        }
        return deadline - Channel.Options.Time.GetUtcNow().UtcDateTime;
    }
}
