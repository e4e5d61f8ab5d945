using System.Globalization;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Net.Client.Calls;
using Grpc.Protocol;

namespace Grpc.Net.Client.Retry;

/// <summary>
/// A call that is attempted again while its attempts fail before any response, as its policy says:
/// https://github.com/grpc/proposal/blob/master/A6-client-retries.md. Once it is committed to an attempt, that attempt is the call.
/// </summary>
internal sealed class RetryCall<TRequest, TResponse>(
    GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options, RetryPolicies policies, RetrySettings settings)
    : ClientCall(channel, options)
    where TRequest : class
    where TResponse : class
{
    private readonly TaskCompletionSource<GrpcCall<TRequest, TResponse>> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FrameSerializer _serializer = new(
        channel.Options.MaxSendMessageSize, channel.Encodings.Find(options.Headers?.GetValue(GrpcHeaders.InternalEncodingRequest)), null);
    private readonly Lock _lock = new();
    private GrpcCall<TRequest, TResponse>? _attempt;
    private ReplayContent? _content;
    private bool _mustCommit;

    public RequestLog Log { get; } = new(policies.Buffer);

    /// <summary>The attempt that is the call, once it is known.</summary>
    public Task<GrpcCall<TRequest, TResponse>> Committed => _committed.Task;

    protected override Outcome? Told => _committed.Task.IsCompletedSuccessfully ? _committed.Task.Result.Outcome : Outcome;

    /// <summary>Sends a message in this and in each further attempt. The task ends when one has sent it.</summary>
    public Task SendAsync(TRequest message, WriteOptions? writeOptions)
    {
        var buffer = new PooledBufferWriter();
        try
        {
            WriteFlags flags = writeOptions?.Flags ?? default;
            _serializer.Serialize(
                message, method.RequestMarshaller.ContextualSerializer, buffer, mayCompress: !flags.HasFlag(WriteFlags.NoCompress));
            Task sent = Log.Add(buffer.Written.ToArray(), flush: !flags.HasFlag(WriteFlags.BufferHint), out bool kept);
            if (!kept)
                CommitPresent();
            return sent;
        }
        finally
        {
            buffer.Reset();
        }
    }

    public void Start() => _ = RunAsync();

    public async Task<TResponse> ReadSingleAsync()
    {
        GrpcCall<TRequest, TResponse> attempt = await Committed.ConfigureAwait(false);
        return await attempt.ReadSingleAsync().ConfigureAwait(false);
    }

    public override async Task<Metadata> GetResponseHeadersAsync()
    {
        GrpcCall<TRequest, TResponse> attempt = await Committed.ConfigureAwait(false);
        return await attempt.GetResponseHeadersAsync().ConfigureAwait(false);
    }

    protected override void OnEnded(Outcome outcome)
    {
        GrpcCall<TRequest, TResponse>? attempt;
        lock (_lock)
            attempt = _attempt;
        attempt?.End(outcome);
    }

    /// <summary>
    /// (1) Attempts. (2) A response ends it: its headers, or a status that is the answer. (3) A failure is weighed, and
    /// (4) after a pause comes the next attempt.
    /// </summary>
    private async Task RunAsync()
    {
        TimeSpan backoff = settings.InitialBackoff;
        try
        {
            for (int number = 1; ; number++)
            {
                // (1)
                GrpcCall<TRequest, TResponse> attempt = StartAttempt(number);
                // (2)
                await ((Task)attempt.ResponseAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (attempt.Outcome is not { } ended || ended.Status.StatusCode == StatusCode.OK)
                {
                    policies.Throttling?.OnSuccess();
                    CommitPresent();
                    return;
                }
                // (3)
                int? pushback = PushbackOf(ended);
                bool retryable = settings.RetryableStatusCodes.Contains(ended.Status.StatusCode);
                if (retryable || pushback < 0)
                    policies.Throttling?.OnFailure();
                if (Committed.IsCompleted || !(pushback is null ? retryable : pushback >= 0) || number >= settings.MaxAttempts
                    || Outcome is not null || TimeLeft() <= TimeSpan.Zero || policies.Throttling?.IsActive == true)
                {
                    CommitPresent();
                    return;
                }
                // (4)
                TimeSpan pause = pushback is { } told ? TimeSpan.FromMilliseconds(told) : backoff * Channel.Options.Random.NextDouble();
                await Task.Delay(pause, Channel.Options.Time, Cancelled).ConfigureAwait(false);
                backoff = settings.After(pushback is null ? backoff : pause);
            }
        }
        catch (Exception e)
        {
            // It ended in a pause, or an attempt could not even begin.
            Exception told = Fail("Error starting gRPC call.", e);
            Log.Commit(null);
            if (_committed.TrySetException(told))
                _ = _committed.Task.Exception;
        }
    }

    private GrpcCall<TRequest, TResponse> StartAttempt(int number)
    {
        var attempt = new GrpcCall<TRequest, TResponse>(Channel, method, host, Options) { PreviousAttempts = number - 1 };
        var content = new ReplayContent(Log, method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming);
        bool commit;
        lock (_lock)
        {
            _attempt = attempt;
            _content = content;
            commit = _mustCommit;
        }
        if (Outcome is { } ended)
            attempt.End(ended);
        attempt.Start(content);
        if (commit)
            CommitPresent();
        return attempt;
    }

    private void CommitPresent()
    {
        GrpcCall<TRequest, TResponse> attempt;
        lock (_lock)
        {
            _mustCommit = true;
            // Between two attempts: the next one will be it.
            if (_attempt is null || _content is null || _committed.Task.IsCompleted)
                return;
            attempt = _attempt;
            Log.Commit(_content.Pump);
            _committed.SetResult(attempt);
        }
        attempt.Cancelled.UnsafeRegister(static state =>
        {
            var call = (RetryCall<TRequest, TResponse>)state!;
            call.End(call.Committed.Result.Outcome!);
        }, this);
    }

    // Not a number: the server asks for no retry.
    private static int? PushbackOf(Outcome ended) => ended.Trailers?.GetValue(GrpcHeaders.RetryPushback) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int milliseconds) ? milliseconds : -1;
}
