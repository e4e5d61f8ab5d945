using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Client;

public sealed class KeepAliveTests
{
    [Fact]
    public async Task Server_VanishesWithoutAWord_PingsEndTheCallAsUnavailable()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.ServerStream = async (_, responses, context) =>
        {
            await responses.WriteAsync(new EchoReply());
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        };
        await using var proxy = new CuttableProxy(server.Address);
        using var handler = new SocketsHttpHandler
        {
            KeepAlivePingDelay = TimeSpan.FromSeconds(1),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(1),
        };
        using GrpcChannel channel = GrpcChannel.ForAddress(proxy.Address, new GrpcChannelOptions { HttpHandler = handler });
        using AsyncServerStreamingCall<EchoReply> call = new Echo.EchoClient(channel).ServerStream(new EchoRequest());
        Assert.True(await call.ResponseStream.MoveNext());
        Task<bool> next = call.ResponseStream.MoveNext();
        proxy.Silence();

        RpcException e = await Assert.ThrowsAsync<RpcException>(() => next);
        Assert.True(e.StatusCode == StatusCode.Unavailable, e.ToString());
        await channel.WaitForStateChangedAsync(ConnectivityState.Ready);
    }
}
