using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// One call, whatever its messages: how it is sent and how it ends. It ends once, with the first outcome that is found: the
/// server's, the deadline, a cancellation, or an error of the transport.
/// </summary>
internal abstract class GrpcCall : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();
    private readonly CancellationTokenRegistration _callerCancels;
    private readonly CancellationTokenRegistration _channelCloses;
    private readonly ITimer? _deadlineTimer;
    private readonly string? _host;
    private Task<HttpResponseMessage>? _response;
    private HttpResponseMessage? _received;
    private volatile Outcome? _outcome;

    protected GrpcCall(GrpcChannel channel, IMethod method, string? host, CallOptions options)
    {
        ObjectDisposedException.ThrowIf(channel.Disposed.IsCancellationRequested, channel);
        Channel = channel;
        Method = method;
        Options = options;
        Cancelled = _cancelled.Token;
        _host = host;
        Timeout = TimeLeft();
        // Timers reach 49 days; who waits longer has no deadline worth a timer.
        if (Timeout is { } left && left > TimeSpan.Zero && left.TotalMilliseconds < uint.MaxValue - 1)
        {
            _deadlineTimer = channel.Options.Time.CreateTimer(
                static call => ((GrpcCall)call!).TryEnd(new Outcome(DeadlineExceeded)), this, left, System.Threading.Timeout.InfiniteTimeSpan);
        }
        else if (Timeout <= TimeSpan.Zero)
        {
            TryEnd(new Outcome(DeadlineExceeded));
        }
        if (_outcome is not null)
            return;
        _callerCancels = options.CancellationToken.UnsafeRegister(
            static (call, token) => ((GrpcCall)call!).CancelledByCaller(token), this);
        _channelCloses = channel.Disposed.UnsafeRegister(static call => ((GrpcCall)call!).Dispose(), this);
        if (_outcome is not null)
        {
            // One of them came at once, when there was nothing to unregister yet.
            _callerCancels.Unregister();
            _channelCloses.Unregister();
        }
    }

    public GrpcChannel Channel { get; }

    public IMethod Method { get; }

    public CallOptions Options { get; }

    /// <summary>Cancelled as soon as the call has ended.</summary>
    public CancellationToken Cancelled { get; }

    public Outcome? Outcome => _outcome;

    protected TimeSpan? Timeout { get; }

    private static Status DeadlineExceeded => new(StatusCode.DeadlineExceeded, "");

    public void Start(HttpContent content)
    {
        _response = SendAsync(content);
        // Who never looks at the call must not bring down the process.
        _response.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>The response, once its headers are there and say that messages may follow.</summary>
    public Task<HttpResponseMessage> ResponseAsync() => _response!;

    public async Task<Metadata> GetResponseHeadersAsync()
    {
        try
        {
            if (_received is null)
                await _response!.ConfigureAwait(false);
        }
        catch (RpcException) when (_received is not null)
        {
            // The call has failed, but its headers came.
        }
        return ResponseStatus.ToMetadata(_received!.Headers);
    }

    public Status GetStatus() => _outcome?.Status
        ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() => _outcome?.Trailers
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

    private async Task<HttpResponseMessage> SendAsync(HttpContent content)
    {
        HttpResponseMessage response;
        try
        {
            Cancelled.ThrowIfCancellationRequested();
            HttpRequestMessage request = RequestMessage.Create(Channel, Method, _host, Options, Timeout);
            if (Options.Credentials is not null || Channel.Options.Credentials?.PerCall is not null)
                await CallAuthentication.AddAsync(this, request).ConfigureAwait(false);
            request.Content = content;
            response = await (Channel.Invoker is HttpClient client
                ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled)
                : Channel.Invoker.SendAsync(request, Cancelled)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw Fail("Error starting gRPC call.", e);
        }
        _received = response;
        if (ResponseStatus.FromHeaders(response) is { } told)
            throw ToException(End(Refined(told)));
        // The call may have ended in the meantime, and then nobody else would reset the stream.
        if (_outcome is { } ended)
        {
            response.Dispose();
            throw ToException(ended);
        }
        return response;
    }

    // OK without any message: an empty stream, but for a single response an error.
    protected virtual Outcome Refined(Outcome told) => told;

    private bool TryEnd(Outcome outcome)
    {
        if (Interlocked.CompareExchange(ref _outcome, outcome, null) is not null)
            return false;
        _callerCancels.Unregister();
        _channelCloses.Unregister();
        _deadlineTimer?.Dispose();
        _cancelled.Cancel();
        // Before its end is read, this resets the stream; after, it costs nothing.
        _received?.Dispose();
        return true;
    }

    private TimeSpan? TimeLeft()
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
