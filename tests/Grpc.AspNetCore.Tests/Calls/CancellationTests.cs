using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Calls;

public sealed class CancellationTests
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task WaitForCancellationAsync(ServerCallContext context)
    {
        using CancellationTokenRegistration note = context.CancellationToken.Register(() => _cancelled.TrySetResult());
        _started.TrySetResult();
        await _cancelled.Task;
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<EchoServer> StartAsync()
    {
        EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.Unary = async (request, context) =>
        {
            await WaitForCancellationAsync(context);
            return EchoBehaviour.Reply(request);
        };
        server.Behaviour.ServerStream = async (_, responses, context) =>
        {
            await responses.WriteAsync(new EchoReply());
            await WaitForCancellationAsync(context);
        };
        return server;
    }

    [Fact]
    public async Task Unary_TokenCancelled_EndsBothSides()
    {
        await using EchoServer server = await StartAsync();
        using var source = new CancellationTokenSource();
        using AsyncUnaryCall<EchoReply> call = server.Client().UnaryAsync(new EchoRequest(), cancellationToken: source.Token);
        await _started.Task;
        await source.CancelAsync();
        await StatusTests.AssertStatusAsync(call.ResponseAsync, StatusCode.Cancelled, "Call canceled by the client.");
        await _cancelled.Task;
    }

    [Fact]
    public async Task Unary_TokenCancelledBefore_IsCancelled()
    {
        await using EchoServer server = await StartAsync();
        await StatusTests.AssertStatusAsync(
            server.Client().UnaryAsync(new EchoRequest(), cancellationToken: new CancellationToken(canceled: true)).ResponseAsync,
            StatusCode.Cancelled,
            "Call canceled by the client.");
    }

    [Fact]
    public async Task Unary_ChannelAskedForIt_ThrowsOperationCanceled()
    {
        await using EchoServer server = await StartAsync();
        using var source = new CancellationTokenSource();
        using AsyncUnaryCall<EchoReply> call = server.Client(new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true })
            .UnaryAsync(new EchoRequest(), cancellationToken: source.Token);
        await _started.Task;
        await source.CancelAsync();
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseAsync);
        Assert.Equal(source.Token, e.CancellationToken);
    }

    [Fact]
    public async Task ServerStream_Disposed_EndsTheServersWork()
    {
        await using EchoServer server = await StartAsync();
        AsyncServerStreamingCall<EchoReply> call = server.Client().ServerStream(new EchoRequest());
        Assert.True(await call.ResponseStream.MoveNext());
        call.Dispose();
        await _cancelled.Task;
        await StatusTests.AssertStatusAsync(call.ResponseStream.MoveNext(), StatusCode.Cancelled, "gRPC call disposed.");
    }

    [Fact]
    public async Task ServerStream_MoveNextTokenCancelled_EndsTheCall()
    {
        await using EchoServer server = await StartAsync();
        using AsyncServerStreamingCall<EchoReply> call = server.Client().ServerStream(new EchoRequest());
        using var source = new CancellationTokenSource();
        Assert.True(await call.ResponseStream.MoveNext(source.Token));
        Task<bool> next = call.ResponseStream.MoveNext(source.Token);
        await source.CancelAsync();
        await StatusTests.AssertStatusAsync(next, StatusCode.Cancelled, "Call canceled by the client.");
        await _cancelled.Task;
    }

    [Fact]
    public async Task ServerStream_ChannelDisposed_EndsBothSides()
    {
        await using EchoServer server = await StartAsync();
        GrpcChannel channel = server.Channel();
        using AsyncServerStreamingCall<EchoReply> call = new Echo.EchoClient(channel).ServerStream(new EchoRequest());
        Assert.True(await call.ResponseStream.MoveNext());
        Task<bool> next = call.ResponseStream.MoveNext();
        channel.Dispose();
        await Assert.ThrowsAsync<RpcException>(() => next);
        await _cancelled.Task;
        Assert.Throws<ObjectDisposedException>(() => new Echo.EchoClient(channel).UnaryAsync(new EchoRequest()));
    }

    [Fact]
    public async Task Duplex_ServerEndsEarly_WriterLearnsTheStatus()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.Duplex = (_, _, _) => throw new RpcException(new Status(StatusCode.ResourceExhausted, "full"));
        using AsyncDuplexStreamingCall<EchoRequest, EchoReply> call = server.Client().Duplex();
        await StatusTests.AssertStatusAsync(call.ResponseStream.MoveNext(), StatusCode.ResourceExhausted, "full");
        await StatusTests.AssertStatusAsync(call.RequestStream.WriteAsync(new EchoRequest()), StatusCode.ResourceExhausted, "full");
    }

    [Fact]
    public async Task Duplex_ConcurrentReads_AreRefused()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        using AsyncDuplexStreamingCall<EchoRequest, EchoReply> call = server.Client().Duplex();
        Task<bool> first = call.ResponseStream.MoveNext();
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext());
        await call.RequestStream.CompleteAsync();
        Assert.False(await first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new EchoRequest()));
    }
}
