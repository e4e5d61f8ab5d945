using System.Net;
using System.Net.Sockets;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Calls;

/// <summary>A stream that ends before its status is an error, however it ends.</summary>
public sealed class CutStreamTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_DiesMidStream_IsUnavailable(bool reset)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.ServerStream = async (_, responses, context) =>
        {
            await responses.WriteAsync(new EchoReply { Text = "one" });
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        };
        await using var proxy = new CuttableProxy(server.Address);
        using GrpcChannel channel = GrpcChannel.ForAddress(proxy.Address);
        using AsyncServerStreamingCall<EchoReply> call = new Echo.EchoClient(channel).ServerStream(new EchoRequest());
        Assert.True(await call.ResponseStream.MoveNext());
        Task<bool> next = call.ResponseStream.MoveNext();
        proxy.Cut(reset);

        RpcException e = await Assert.ThrowsAsync<RpcException>(() => next);
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        Assert.Equal(StatusCode.Unavailable, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Connection_DiesBeforeTheHeaders_IsUnavailable()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        var started = new TaskCompletionSource();
        server.Behaviour.Unary = async (_, context) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return new EchoReply();
        };
        await using var proxy = new CuttableProxy(server.Address);
        using GrpcChannel channel = GrpcChannel.ForAddress(proxy.Address);
        using AsyncUnaryCall<EchoReply> call = new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
        await started.Task;
        proxy.Cut(reset: true);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    [Fact]
    public async Task Server_NotThere_IsUnavailable()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        // Bound but not listening: the port is ours, and refuses connections.
        using GrpcChannel channel = GrpcChannel.ForAddress($"http://{listener.LocalEndPoint}");
        RpcException e = await Assert.ThrowsAsync<RpcException>(
            () => new Echo.EchoClient(channel).UnaryAsync(new EchoRequest()).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        Assert.Equal("Error connecting to subchannel.", e.Status.Detail);
        Assert.IsType<SocketException>(e.Status.DebugException);
    }

    [Fact]
    public async Task Method_AbortsTheRequest_IsAnError()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.ServerStream = async (_, responses, context) =>
        {
            await responses.WriteAsync(new EchoReply());
            context.GetHttpContext().Abort();
        };
        using AsyncServerStreamingCall<EchoReply> call = server.Client().ServerStream(new EchoRequest());
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
            }
        });
        Assert.Equal(StatusCode.Internal, e.StatusCode);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 0 }, "No grpc-status found on response.")]
    [InlineData(new byte[] { }, "No grpc-status found on response.")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 }, "Incomplete message.")]
    [InlineData(new byte[] { 0, 0 }, "Incomplete message.")]
    public async Task Response_EndsWithoutAStatus_IsAnError(byte[] body, string detail)
    {
        await using EchoServer server = await EchoServer.StartAsync(map: app => app.MapPost("/raw/Call", async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync(body);
        }));
        using AsyncServerStreamingCall<byte[]> call = server.Channel().ServerStream("raw", "Call");
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
            }
        });
        Assert.NotEqual(StatusCode.OK, e.StatusCode);
        Assert.Equal(detail, e.Status.Detail);
        Assert.NotEqual(StatusCode.OK, call.GetStatus().StatusCode);
    }
}
