using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Server;

public sealed class ServiceLifetimeTests
{
    [Fact]
    public async Task Service_NotRegistered_IsMadeAndDisposedOfForEachCall()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        var seen = new List<object>();
        server.Behaviour.Unary = (request, context) =>
        {
            seen.Add(context.GetHttpContext().RequestServices);
            Assert.Equal("/standin.test.Echo/Unary", context.Method);
            Assert.StartsWith("ipv4:127.0.0.1:", context.Peer, StringComparison.Ordinal);
            Assert.False(context.AuthContext.IsPeerAuthenticated);
            return Task.FromResult(EchoBehaviour.Reply(request));
        };
        Echo.EchoClient client = server.Client();
        await client.UnaryAsync(new EchoRequest());
        await client.UnaryAsync(new EchoRequest());
        Assert.Equal(2, seen.Distinct().Count());
    }

    [Fact]
    public async Task Service_RegisteredAsSingleton_IsTheSameInEachCall()
    {
        await using EchoServer server = await EchoServer.StartAsync(
            services: services => services.AddSingleton<Counting>(), map: app => app.MapGrpcService<Counting>());
        var invoker = server.Channel().CreateCallInvoker();
        var client = new Second.SecondClient(invoker);
        Assert.Equal("1", (await client.CountAsync(new EchoRequest())).Text);
        Assert.Equal("2", (await client.CountAsync(new EchoRequest())).Text);
    }

    [Fact]
    public void MapGrpcService_WithoutAddGrpc_SaysWhatIsMissing()
    {
        WebApplication app = WebApplication.CreateSlimBuilder().Build();
        var e = Assert.Throws<InvalidOperationException>(() => app.MapGrpcService<Counting>());
        Assert.Contains("IServiceCollection.AddGrpc", e.Message, StringComparison.Ordinal);
    }

    public sealed class Counting : Second.SecondBase
    {
        private int _calls;

        public override Task<EchoReply> Count(EchoRequest request, ServerCallContext context) =>
            Task.FromResult(new EchoReply { Text = $"{Interlocked.Increment(ref _calls)}" });
    }
}
