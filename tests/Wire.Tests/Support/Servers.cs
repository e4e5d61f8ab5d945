using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.DependencyInjection;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Support;

/// <summary>Several echo servers that answer with their own address, and channels over all of them.</summary>
public sealed class Servers : IAsyncDisposable
{
    private readonly List<EchoServer> _running = [];

    public IReadOnlyList<string> Addresses { get; private set; } = [];

    public static async Task<Servers> StartAsync(int count)
    {
        var servers = new Servers();
        for (int i = 0; i < count; i++)
            await servers.RunAsync(0);
        servers.Addresses = [.. servers._running.Select(server => server.Address)];
        return servers;
    }

    /// <summary>A port that is free, for a server that is yet to come.</summary>
    public static async Task<string> FreeAddressAsync()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        return server.Address;
    }

    public static async Task<EchoServer> NamedAsync(int port = 0)
    {
        EchoServer server = await EchoServer.StartAsync(port: port);
        server.Behaviour.Unary = (_, _) => Task.FromResult(new EchoReply { Text = server.Address });
        return server;
    }

    /// <summary>Again on a port of before.</summary>
    public async Task RunAsync(int port) => _running.Add(await NamedAsync(port));

    public Task RunAsync(string address) => RunAsync(new Uri(address).Port);

    public async Task StopAsync(string address)
    {
        EchoServer server = _running.Single(server => server.Address == address);
        _running.Remove(server);
        await server.StopAsync();
        await server.DisposeAsync();
    }

    public GrpcChannel Channel(GrpcChannelOptions? options = null) => Channel(Addresses, options);

    /// <summary>A channel to "static:///echo" over some addresses, with pick-first unless the options say otherwise.</summary>
    public static GrpcChannel Channel(IEnumerable<string> addresses, GrpcChannelOptions? options = null)
    {
        options ??= new GrpcChannelOptions();
        options.Credentials = ChannelCredentials.Insecure;
        options.ServiceProvider = new ServiceCollection()
            .AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => addresses.Select(Address)))
            .BuildServiceProvider();
        return GrpcChannel.ForAddress("static:///echo", options);
    }

    public static BalancerAddress Address(string url) => new(new Uri(url).Host, new Uri(url).Port);

    /// <summary>Calls until every one of the servers has answered once.</summary>
    public static async Task UntilAllAnswerAsync(Echo.EchoClient client, IEnumerable<string> addresses)
    {
        var missing = addresses.ToHashSet();
        while (missing.Count > 0)
            missing.Remove((await client.UnaryAsync(new EchoRequest(), new CallOptions().WithWaitForReady())).Text);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EchoServer server in _running)
            await server.DisposeAsync();
    }
}
