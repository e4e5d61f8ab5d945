using Grpc.AspNetCore.Tests.Client.Retry;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Client.Balancer;

public sealed class BalancingTests
{
    private static readonly CallOptions Patient = new CallOptions().WithWaitForReady();

    private readonly ManualTime _time = new();

    private GrpcChannelOptions RoundRobin => new()
    {
        Time = _time,
        ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
    };

    [Fact]
    public async Task RoundRobin_AllReady_EachGetsItsTurn()
    {
        await using Servers servers = await Servers.StartAsync(3);
        using GrpcChannel channel = servers.Channel(RoundRobin);
        var client = new Echo.EchoClient(channel);
        await Servers.UntilAllAnswerAsync(client, servers.Addresses);

        var answers = new List<string>();
        for (int i = 0; i < 9; i++)
            answers.Add((await client.UnaryAsync(new EchoRequest())).Text);
        Assert.All(servers.Addresses, address => Assert.Equal(3, answers.Count(answer => answer == address)));
        Assert.Equal(answers[..3], answers[3..6]);
    }

    [Fact]
    public async Task RoundRobin_ServerStopsAndComesBack_OthersServeAndItIsUsedAgain()
    {
        await using Servers servers = await Servers.StartAsync(3);
        using GrpcChannel channel = servers.Channel(RoundRobin);
        var client = new Echo.EchoClient(channel);
        await Servers.UntilAllAnswerAsync(client, servers.Addresses);
        string victim = servers.Addresses[1];

        await servers.StopAsync(victim);
        await _time.TimerAsync(due => due <= TimeSpan.FromSeconds(2));
        for (int i = 0; i < 6; i++)
            Assert.NotEqual(victim, (await client.UnaryAsync(new EchoRequest())).Text);

        await servers.RunAsync(victim);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Servers.UntilAllAnswerAsync(client, [victim]);
    }

    [Fact]
    public async Task RoundRobin_AllAway_FailsFastAndPatientCallsWait()
    {
        string address = await Servers.FreeAddressAsync();
        using GrpcChannel channel = Servers.Channel([address, await Servers.FreeAddressAsync()], RoundRobin);
        var client = new Echo.EchoClient(channel);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new EchoRequest()).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        using AsyncUnaryCall<EchoReply> patient = client.UnaryAsync(new EchoRequest(), Patient);

        await using EchoServer server = await Servers.NamedAsync(new Uri(address).Port);
        await _time.TimerAsync(due => due <= TimeSpan.FromSeconds(2));
        // The two pauses are set one after the other.
        while (!patient.ResponseAsync.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }
        Assert.Equal(address, (await patient).Text);
    }

    [Fact]
    public async Task PickFirst_FirstAway_TakesTheNextAndStaysThere()
    {
        await using Servers servers = await Servers.StartAsync(2);
        string away = await Servers.FreeAddressAsync();
        using GrpcChannel channel = Servers.Channel([away, .. servers.Addresses]);
        var client = new Echo.EchoClient(channel);
        for (int i = 0; i < 5; i++)
            Assert.Equal(servers.Addresses[0], (await client.UnaryAsync(new EchoRequest())).Text);
    }

    [Fact]
    public async Task PickFirst_ServerStops_FailsOver()
    {
        await using Servers servers = await Servers.StartAsync(2);
        using GrpcChannel channel = servers.Channel();
        var client = new Echo.EchoClient(channel);
        Assert.Equal(servers.Addresses[0], (await client.UnaryAsync(new EchoRequest())).Text);
        await servers.StopAsync(servers.Addresses[0]);
        await channel.WaitForStateChangedAsync(ConnectivityState.Ready);
        Assert.Equal(servers.Addresses[1], (await client.UnaryAsync(new EchoRequest())).Text);
    }

    [Fact]
    public async Task RoundRobin_ServersStopInTurnAndCallsAreRetried_NoCallFails()
    {
        await using Servers servers = await Servers.StartAsync(3);
        GrpcChannelOptions options = RetryTests.Retrying(TimeProvider.System, attempts: 5, config => config.LoadBalancingConfigs.Add(new RoundRobinConfig()));
        options.ServiceConfig!.MethodConfigs[0].RetryPolicy!.InitialBackoff = TimeSpan.FromMilliseconds(10);
        using GrpcChannel channel = servers.Channel(options);
        var client = new Echo.EchoClient(channel);
        await Servers.UntilAllAnswerAsync(client, servers.Addresses);
        foreach (string victim in servers.Addresses.Take(2))
        {
            Task stopping = servers.StopAsync(victim);
            for (int i = 0; i < 20 || !stopping.IsCompleted; i++)
                await client.UnaryAsync(new EchoRequest());
            await stopping;
        }
        Assert.Equal(servers.Addresses[2], (await client.UnaryAsync(new EchoRequest())).Text);
    }

    [Fact]
    public async Task Interceptors_OverBalancing_SeeEveryCall()
    {
        await using Servers servers = await Servers.StartAsync(2);
        using GrpcChannel channel = servers.Channel(RoundRobin);
        await Servers.UntilAllAnswerAsync(new Echo.EchoClient(channel), servers.Addresses);
        var counting = new CountingInterceptor();
        var client = new Echo.EchoClient(channel.Intercept(counting));
        for (int i = 0; i < 4; i++)
            await client.UnaryAsync(new EchoRequest());
        Assert.Equal(4, counting.Calls);
    }
}
