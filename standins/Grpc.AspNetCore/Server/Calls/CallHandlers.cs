using System.Runtime.CompilerServices;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;
using Grpc.Framing;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed class UnaryCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, CallSettings settings, Func<TService, TRequest, ServerCallContext, Task<TResponse>> invoke)
    : CallHandler<TService, TRequest, TResponse>(method, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(ServerCall call)
    {
        TRequest request = await ReadRequestAsync(call) ?? throw FramingErrors.Incomplete();
        TResponse response = DirectService(call) is { } direct
            ? await invoke(direct, request, call) : await InterceptAsync(call, request);
        await WriteResponseAsync(call, response);
    }

    private Task<TResponse> InterceptAsync(ServerCall call, TRequest request) => WithServiceAsync(call, service =>
        Interceptors.UnaryAsync<TRequest, TResponse>(call, request, (message, context) => invoke(service, message, context)));
}

internal sealed class ClientStreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    CallSettings settings,
    Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> invoke)
    : CallHandler<TService, TRequest, TResponse>(method, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(ServerCall call)
    {
        var requests = new RequestStreamReader<TRequest>(call, Requests(call));
        TResponse response = await WithServiceAsync(call, service =>
            Interceptors.ClientStreamingAsync<TRequest, TResponse>(call, requests, (stream, context) => invoke(service, stream, context)));
        await WriteResponseAsync(call, response);
    }
}

internal sealed class ServerStreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    CallSettings settings,
    Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> invoke)
    : CallHandler<TService, TRequest, TResponse>(method, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(ServerCall call)
    {
        TRequest request = await ReadRequestAsync(call) ?? throw FramingErrors.Incomplete();
        var responses = new ResponseStreamWriter<TResponse>(call, Method.ResponseMarshaller);
        if (DirectService(call) is { } direct)
            await invoke(direct, request, responses, call);
        else
            await InterceptAsync(call, request, responses);
    }

    private Task<bool> InterceptAsync(ServerCall call, TRequest request, ResponseStreamWriter<TResponse> responses) =>
        WithServiceAsync(call, async service =>
        {
            await Interceptors.ServerStreamingAsync<TRequest, TResponse>(
                call, request, responses, (message, stream, context) => invoke(service, message, stream, context));
            return true;
        });
}

internal sealed class DuplexStreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    CallSettings settings,
    Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> invoke)
    : CallHandler<TService, TRequest, TResponse>(method, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(ServerCall call)
    {
        var requests = new RequestStreamReader<TRequest>(call, Requests(call));
        var responses = new ResponseStreamWriter<TResponse>(call, Method.ResponseMarshaller);
        await WithServiceAsync(call, async service =>
        {
            await Interceptors.DuplexStreamingAsync<TRequest, TResponse>(
                call, requests, responses, (input, output, context) => invoke(service, input, output, context));
            return true;
        });
    }
}
