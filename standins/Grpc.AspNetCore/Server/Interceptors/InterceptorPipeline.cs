using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server.Interceptors;

/// <summary>Puts the registered interceptors around a method; they are made anew for each call, from the outermost in.</summary>
internal sealed class InterceptorPipeline(IReadOnlyList<InterceptorRegistration> registrations)
{
    public bool IsEmpty => registrations.Count == 0;

    public Task<TResponse> UnaryAsync<TRequest, TResponse>(
        ServerCallContext call, TRequest request, UnaryServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        for (int i = registrations.Count - 1; i >= 0; i--)
        {
            InterceptorRegistration registration = registrations[i];
            UnaryServerMethod<TRequest, TResponse> inner = method;
            method = (message, context) =>
                UseAsync(registration, context, interceptor => interceptor.UnaryServerHandler(message, context, inner));
        }
        return method(request, call);
    }

    public Task<TResponse> ClientStreamingAsync<TRequest, TResponse>(
        ServerCallContext call, IAsyncStreamReader<TRequest> requests, ClientStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        for (int i = registrations.Count - 1; i >= 0; i--)
        {
            InterceptorRegistration registration = registrations[i];
            ClientStreamingServerMethod<TRequest, TResponse> inner = method;
            method = (stream, context) =>
                UseAsync(registration, context, interceptor => interceptor.ClientStreamingServerHandler(stream, context, inner));
        }
        return method(requests, call);
    }

    public Task ServerStreamingAsync<TRequest, TResponse>(
        ServerCallContext call,
        TRequest request,
        IServerStreamWriter<TResponse> responses,
        ServerStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        for (int i = registrations.Count - 1; i >= 0; i--)
        {
            InterceptorRegistration registration = registrations[i];
            ServerStreamingServerMethod<TRequest, TResponse> inner = method;
            method = (message, stream, context) => UseAsync(registration, context, async interceptor =>
            {
                await interceptor.ServerStreamingServerHandler(message, stream, context, inner);
                return true;
            });
        }
        return method(request, responses, call);
    }

    public Task DuplexStreamingAsync<TRequest, TResponse>(
        ServerCallContext call,
        IAsyncStreamReader<TRequest> requests,
        IServerStreamWriter<TResponse> responses,
        DuplexStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        for (int i = registrations.Count - 1; i >= 0; i--)
        {
            InterceptorRegistration registration = registrations[i];
            DuplexStreamingServerMethod<TRequest, TResponse> inner = method;
            method = (input, output, context) => UseAsync(registration, context, async interceptor =>
            {
                await interceptor.DuplexStreamingServerHandler(input, output, context, inner);
                return true;
            });
        }
        return method(requests, responses, call);
    }

    private static async Task<T> UseAsync<T>(
        InterceptorRegistration registration, ServerCallContext context, Func<Interceptor, Task<T>> use)
    {
        (Interceptor interceptor, bool owned) = registration.Create(context.GetHttpContext().RequestServices);
        try
        {
            return await use(interceptor);
        }
        finally
        {
            if (owned && interceptor is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else if (owned)
                (interceptor as IDisposable)?.Dispose();
        }
    }
}
