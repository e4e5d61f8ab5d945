using Grpc.Core;

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
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        call.Start(new UnaryContent<TRequest, TResponse>(call, request));
        return new AsyncUnaryCall<TResponse>(
            call.ReadSingleAsync(), Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        call.Start(new UnaryContent<TRequest, TResponse>(call, request));
        return new AsyncServerStreamingCall<TResponse>(
            new ResponseStreamReader<TRequest, TResponse>(call),
            Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        var requests = new RequestStreamWriter<TRequest, TResponse>(call);
        call.Start(new StreamContent<TRequest, TResponse>(requests));
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            requests, call.ReadSingleAsync(), Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        var requests = new RequestStreamWriter<TRequest, TResponse>(call);
        call.Start(new StreamContent<TRequest, TResponse>(requests));
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            requests,
            new ResponseStreamReader<TRequest, TResponse>(call),
            Callbacks.Headers, Callbacks.Status, Callbacks.Trailers, Callbacks.Dispose, call);
    }

    private static class Callbacks
    {
        public static readonly Func<object, Task<Metadata>> Headers = static call => ((GrpcCall)call).GetResponseHeadersAsync();
        public static readonly Func<object, Status> Status = static call => ((GrpcCall)call).GetStatus();
        public static readonly Func<object, Metadata> Trailers = static call => ((GrpcCall)call).GetTrailers();
        public static readonly Action<object> Dispose = static call => ((GrpcCall)call).Dispose();
    }
}
