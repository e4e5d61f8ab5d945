using System.Collections.Frozen;
using ExpertCluster.Node.Options;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ExpertCluster.Node.Deadlines;

/// <summary>Gives each call that has no deadline the default of its method, so that none waits for ever.</summary>
/// <param name="transport">The longest a call may last.</param>
/// <param name="time">The clock; deadlines are wall-clock times in gRPC's API.</param>
public sealed class DefaultDeadlines(TransportOptions transport, TimeProvider time) : Interceptor
{
    /// <summary>What a unary method without an entry gets: it answers from memory, or with a grain call or two.</summary>
    private static readonly TimeSpan Unary = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _longest = TimeSpan.FromSeconds(transport.MaxCallSeconds);

    /// <summary>By full name. Methods that stream answers are not here: they get the longest.</summary>
    private static readonly FrozenDictionary<string, TimeSpan> ByMethod = new Dictionary<string, TimeSpan>
    {
        [$"/{Completions.Descriptor.FullName}/ListModels"] = TimeSpan.FromSeconds(5),
        ["/grpc.health.v1.Health/Check"] = TimeSpan.FromSeconds(2),
        ["/grpc.health.v1.Health/Watch"] = Timeout.InfiniteTimeSpan,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The default of a method; infinite for one that lives as long as its caller.</summary>
    public TimeSpan Of(IMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return ByMethod.TryGetValue(method.FullName, out var limit) ? limit
            : method.Type == MethodType.Unary && Unary < _longest ? Unary
            : _longest;
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Limit(context));

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Limit(context));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Limit(context));

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(Limit(context));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(Limit(context));

    private ClientInterceptorContext<TRequest, TResponse> Limit<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        var limit = Of(context.Method);
        return context.Options.Deadline is not null || limit == Timeout.InfiniteTimeSpan
            ? context
            : new(context.Method, context.Host, context.Options.WithDeadline(time.GetUtcNow().UtcDateTime + limit));
    }
}
