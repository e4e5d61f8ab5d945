using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Server;

public sealed class InterceptorTests
{
    [Fact]
    public async Task Interceptors_AroundEveryKind_RunFromTheFirstRegisteredIn()
    {
        await using EchoServer server = await EchoServer.StartAsync(options =>
        {
            options.Interceptors.Add<Noting>("outer");
            options.Interceptors.Add<Noting>("inner");
        });
        Echo.EchoClient client = server.Client();
        await client.UnaryAsync(new EchoRequest());
        using AsyncClientStreamingCall<EchoRequest, EchoReply> upload = client.ClientStream();
        await upload.RequestStream.CompleteAsync();
        await upload;
        using AsyncServerStreamingCall<EchoReply> download = client.ServerStream(new EchoRequest());
        Assert.False(await download.ResponseStream.MoveNext());
        using AsyncDuplexStreamingCall<EchoRequest, EchoReply> duplex = client.Duplex();
        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext());

        Assert.Equal(
            ["outer unary", "inner unary", "outer client", "inner client", "outer server", "inner server", "outer duplex", "inner duplex"],
            server.Behaviour.Notes);
    }

    [Fact]
    public async Task ClientInterceptors_AddHeaders_TheServerSeesThem()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        string? seen = null;
        server.Behaviour.Unary = (_, context) =>
        {
            seen = context.RequestHeaders.GetValue("order");
            return Task.FromResult(new EchoReply());
        };
        CallInvoker invoker = server.Channel().Intercept(new Heading("a"), new Heading("b"));
        await new Echo.EchoClient(invoker).UnaryAsync(new EchoRequest());
        Assert.Equal("ab", seen);
    }

    [Fact]
    public void InterceptorCollection_TypeThatIsNone_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new AspNetCore.Server.InterceptorCollection().Add(typeof(string)));

    public sealed class Noting(EchoBehaviour behaviour, string name) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            behaviour.Notes.Enqueue(name + " unary");
            return continuation(request, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            behaviour.Notes.Enqueue(name + " client");
            return continuation(requestStream, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            behaviour.Notes.Enqueue(name + " server");
            return continuation(request, responseStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            behaviour.Notes.Enqueue(name + " duplex");
            return continuation(requestStream, responseStream, context);
        }
    }

    private sealed class Heading(string name) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            string before = context.Options.Headers?.GetValue("order") ?? "";
            var options = context.Options.WithHeaders(new Metadata { { "order", before + name } });
            return continuation(
                request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options));
        }
    }
}
