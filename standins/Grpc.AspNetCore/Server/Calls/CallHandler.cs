using Grpc.AspNetCore.Server.Binding;
using Grpc.AspNetCore.Server.Interceptors;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Protocol;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Serves the requests of one method.</summary>
internal abstract class CallHandler<TService, TRequest, TResponse>(Method<TRequest, TResponse> method, CallSettings settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private static readonly ObjectFactory<TService> Make = ActivatorUtilities.CreateFactory<TService>(Type.EmptyTypes);

    private TService? _singleton;

    protected Method<TRequest, TResponse> Method { get; } = method;

    protected InterceptorPipeline Interceptors { get; } = new(settings.Interceptors);

    public async Task HandleAsync(HttpContext http)
    {
        if (ErrorResponse.TryRefuse(http))
            return;
        http.Response.ContentType = GrpcHeaders.ContentType;
        var call = new ServerCall(http, settings);
        http.Features.Set<IServerCallContextFeature>(call);
        try
        {
            if (Method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming)
                AllowLongRequests(http);
            await InvokeAsync(call);
        }
        catch (Exception e)
        {
            call.SetFailure(e);
        }
        await call.EndAsync();
    }

    protected abstract ValueTask InvokeAsync(ServerCall call);

    protected StreamFrameReader<TRequest> Requests(ServerCall call) => new(
        call.HttpContext.Request.BodyReader,
        Method.RequestMarshaller.ContextualDeserializer,
        settings.MaxReceiveMessageSize,
        EncodingOf(call.HttpContext),
        settings.Encodings);

    /// <summary>The only request; null: there was none.</summary>
    protected ValueTask<TRequest?> ReadRequestAsync(ServerCall call) => new FrameReader<TRequest>(
        call.HttpContext.Request.BodyReader,
        Method.RequestMarshaller.ContextualDeserializer,
        settings.MaxReceiveMessageSize,
        EncodingOf(call.HttpContext),
        settings.Encodings).ReadSingleAsync(call.DeadlineToken);

    protected Task WriteResponseAsync(ServerCall call, TResponse? response)
    {
        if (response is null)
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        return call.Status.StatusCode == StatusCode.OK
            ? call.WriteSingleAsync(response, Method.ResponseMarshaller.ContextualSerializer) : Task.CompletedTask;
    }

    /// <summary>The container's service, where nothing stands between it and its caller: then no closure is needed.</summary>
    protected TService? DirectService(ServerCall call)
    {
        if (!Interceptors.IsEmpty)
            return null;
        return settings.SingletonProvider is { } provider
            ? _singleton ??= provider.GetService<TService>() : call.HttpContext.RequestServices.GetService<TService>();
    }

    /// <summary>Calls the method on a service instance: the container's, or one made for this call.</summary>
    protected static async Task<TResult> WithServiceAsync<TResult>(ServerCall call, Func<TService, Task<TResult>> invoke)
    {
        IServiceProvider services = call.HttpContext.RequestServices;
        if (services.GetService<TService>() is { } registered)
            return await invoke(registered);
        TService made = Make(services, null);
        try
        {
            return await invoke(made);
        }
        finally
        {
            if (made is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else
                (made as IDisposable)?.Dispose();
        }
    }

    // A caller with an unknown encoding is told what it may use instead.
    private string? EncodingOf(HttpContext http)
    {
        string? encoding = http.Request.Headers.GrpcEncoding;
        if (encoding is not null and not GrpcHeaders.Identity && settings.Encodings.Find(encoding) is null)
            http.Response.Headers[GrpcHeaders.AcceptEncoding] = settings.Encodings.AcceptHeader;
        return encoding;
    }

    // A stream of requests may idle, and has no total size; each message has.
    private static void AllowLongRequests(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
    }
}
