using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ExpertCluster.Node.Transport;

/// <summary>
/// Says how calls ended that this process ended itself. Where a cancel or a deadline meets an answer that is just being read, the client library tells of the broken
/// read (UNAVAILABLE, an I/O error) and not of what broke it, so that a caller who leaves would look like a peer that is lost.
/// </summary>
/// <param name="time">The clock; deadlines are wall-clock times in gRPC's API.</param>
public sealed class CallEnds(TimeProvider time) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(
            TellAsync(call.ResponseAsync, context.Options, default), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(
            new Reader<TResponse>(this, call.ResponseStream, context.Options), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private async Task<T> TellAsync<T>(Task<T> answer, CallOptions options, CancellationToken reading)
    {
        try
        {
            return await answer;
        }
        catch (RpcException error) when (error.Status.DebugException is not null && OwnEndOf(options, reading) is { } end)
        {
            throw new RpcException(end, error.Trailers);
        }
    }

    private Status? OwnEndOf(CallOptions options, CancellationToken reading) =>
        options.CancellationToken.IsCancellationRequested || reading.IsCancellationRequested ? new Status(StatusCode.Cancelled, "the caller cancelled")
        : options.Deadline <= time.GetUtcNow().UtcDateTime ? new Status(StatusCode.DeadlineExceeded, "the deadline passed")
        : null;

    private sealed class Reader<T>(CallEnds ends, IAsyncStreamReader<T> answers, CallOptions options) : IAsyncStreamReader<T>
    {
        public T Current => answers.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            var next = answers.MoveNext(cancellationToken);
            return next.IsCompletedSuccessfully ? next : ends.TellAsync(next, options, cancellationToken);
        }
    }
}
