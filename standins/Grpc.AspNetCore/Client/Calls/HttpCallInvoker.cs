using Grpc.Core;
using Grpc.Net.Client.Retry;

namespace Grpc.Net.Client.Calls;

/// <summary>Starts calls over HTTP.</summary>
internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        AsyncUnaryCall(method, host, options, request).ResponseAsync.GetAwaiter().GetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        if (Retrying(method, host, options) is { } retrying)
        {
            Send(retrying, request);
            return new AsyncUnaryCall<TResponse>(
                retrying.ReadSingleAsync(), Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, retrying);
        }
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        call.Start(new UnaryContent<TRequest, TResponse>(call, request));
        return new AsyncUnaryCall<TResponse>(
            call.ReadSingleAsync(), Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        if (Retrying(method, host, options) is { } retrying)
        {
            Send(retrying, request);
            return new AsyncServerStreamingCall<TResponse>(
                new RetryResponseReader<TRequest, TResponse>(retrying),
                Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, retrying);
        }
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        call.Start(new UnaryContent<TRequest, TResponse>(call, request));
        return new AsyncServerStreamingCall<TResponse>(
            new ResponseStreamReader<TRequest, TResponse>(call),
            Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        if (Retrying(method, host, options) is { } retrying)
        {
            retrying.Start();
            return new AsyncClientStreamingCall<TRequest, TResponse>(
                new RetryRequestWriter<TRequest, TResponse>(retrying), retrying.ReadSingleAsync(),
                Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, retrying);
        }
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        var requests = new RequestStreamWriter<TRequest, TResponse>(call);
        call.Start(new StreamContent<TRequest, TResponse>(requests));
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            requests, call.ReadSingleAsync(), Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        if (Retrying(method, host, options) is { } retrying)
        {
            retrying.Start();
            return new AsyncDuplexStreamingCall<TRequest, TResponse>(
                new RetryRequestWriter<TRequest, TResponse>(retrying),
                new RetryResponseReader<TRequest, TResponse>(retrying),
                Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, retrying);
        }
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        var requests = new RequestStreamWriter<TRequest, TResponse>(call);
        call.Start(new StreamContent<TRequest, TResponse>(requests));
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            requests,
            new ResponseStreamReader<TRequest, TResponse>(call),
            Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, call);
    }

    // Null: the method is not retried, and its calls take the short way.
    private RetryCall<TRequest, TResponse>? Retrying<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class =>
        channel.Retries is { } policies && policies.For(method) is { } settings
            ? new RetryCall<TRequest, TResponse>(channel, method, host, options, policies, settings) : null;

    private static void Send<TRequest, TResponse>(RetryCall<TRequest, TResponse> call, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        try
        {
            // Nobody waits for the sending itself: what comes of it is the call's outcome.
            _ = call.SendAsync(request, call.Options.WriteOptions);
            call.Log.Complete();
        }
        catch (Exception e)
        {
            call.Fail("Error starting gRPC call.", e);
        }
        call.Start();
    }

    private static class Callbacks
    {
        public static readonly Func<object, Task<Metadata>> Headers = static call => ((ClientCall)call).GetResponseHeadersAsync();
        public static readonly Func<object, Status> Status = static call => ((ClientCall)call).GetStatus();
        public static readonly Func<object, Metadata> Trailers = static call => ((ClientCall)call).GetTrailers();
        public static readonly Action<object> Dispose = static call => ((ClientCall)call).Dispose();
    }
}
