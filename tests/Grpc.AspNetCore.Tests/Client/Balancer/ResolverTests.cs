using System.Net;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.DependencyInjection;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Client.Balancer;

public sealed class ResolverTests
{
    private static readonly CallOptions Patient = new CallOptions().WithWaitForReady();

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Resolver_ConnectionLost_IsAskedAgainAndCallsFollow()
    {
        await using Servers servers = await Servers.StartAsync(2);
        var resolver = new Given(servers.Addresses[0]);
        using GrpcChannel channel = Channel(resolver);
        var client = new Echo.EchoClient(channel);
        Assert.Equal(servers.Addresses[0], (await client.UnaryAsync(new EchoRequest())).Text);

        resolver.Address = servers.Addresses[1];
        await servers.StopAsync(servers.Addresses[0]);
        await channel.WaitForStateChangedAsync(ConnectivityState.Ready);
        Assert.Equal(servers.Addresses[1], (await client.UnaryAsync(new EchoRequest(), Patient)).Text);
        Assert.True(resolver.Refreshed > 0);
    }

    [Fact]
    public async Task Resolver_Fails_CallsGetItsStatus()
    {
        var resolver = new Given(null);
        using GrpcChannel channel = Channel(resolver);
        var client = new Echo.EchoClient(channel);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new EchoRequest()).ResponseAsync);
        Assert.Equal((StatusCode.Unavailable, "Nothing found."), (e.StatusCode, e.Status.Detail));

        await using EchoServer server = await Servers.NamedAsync();
        resolver.Address = server.Address;
        resolver.Refresh();
        Assert.Equal(server.Address, (await client.UnaryAsync(new EchoRequest())).Text);
    }

    [Fact]
    public async Task Resolver_GivesNoAddress_CallsAreUnavailable()
    {
        using GrpcChannel channel = Servers.Channel([]);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).UnaryAsync(new EchoRequest()).ResponseAsync);
        Assert.Equal((StatusCode.Unavailable, "Resolver returned no addresses."), (e.StatusCode, e.Status.Detail));
    }

    [Fact]
    public async Task Dns_Name_IsLookedUpAndIsTheHost()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.Unary = (_, context) => Task.FromResult(new EchoReply { Text = context.Host });
        using GrpcChannel channel = GrpcChannel.ForAddress($"dns:///experts.test:{server.Port}", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            DnsLookup = (name, _) => Task.FromResult(name == "experts.test" ? new[] { IPAddress.Loopback } : []),
        });
        Assert.Equal($"experts.test:{server.Port}", (await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest())).Text);
    }

    [Fact]
    public async Task Dns_ConnectionsFail_AsksAtMostEvery15Seconds()
    {
        string away = await Servers.FreeAddressAsync();
        int lookups = 0;
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using GrpcChannel channel = GrpcChannel.ForAddress($"dns:///experts.test:{new Uri(away).Port}", new GrpcChannelOptions
        {
            Time = _time,
            Credentials = ChannelCredentials.Insecure,
            DnsLookup = (_, _) =>
            {
                if (Interlocked.Increment(ref lookups) == 2)
                    second.SetResult();
                return Task.FromResult(new[] { IPAddress.Loopback });
            },
        });
        Task connecting = channel.ConnectAsync();
        // The failure asks again, and the resolver waits for its interval's end.
        await _time.TimerAsync(due => due == TimeSpan.FromSeconds(15));
        Assert.Equal(1, Volatile.Read(ref lookups));
        _time.Advance(TimeSpan.FromSeconds(15));
        await second.Task;
        Assert.False(connecting.IsCompleted);
        channel.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connecting);
    }

    [Fact]
    public async Task Dns_LookupFails_CallsFailUntilItWorks()
    {
        await using EchoServer server = await Servers.NamedAsync();
        bool works = false;
        using GrpcChannel channel = GrpcChannel.ForAddress($"dns:///experts.test:{server.Port}", new GrpcChannelOptions
        {
            Time = _time,
            Credentials = ChannelCredentials.Insecure,
            DnsLookup = (_, _) => Volatile.Read(ref works)
                ? Task.FromResult(new[] { IPAddress.Loopback }) : throw new System.Net.Sockets.SocketException(11),
        });
        var client = new Echo.EchoClient(channel);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new EchoRequest()).ResponseAsync);
        Assert.Equal((StatusCode.Unavailable, "Error refreshing resolver."), (e.StatusCode, e.Status.Detail));
        await _time.TimerAsync(due => due <= TimeSpan.FromSeconds(2));
        Volatile.Write(ref works, true);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(server.Address, (await client.UnaryAsync(new EchoRequest(), Patient)).Text);
    }

    [Theory]
    [InlineData("dns:///", "names no host")]
    [InlineData("dns://8.8.8.8/host", "names a DNS server")]
    [InlineData("static:///host", "No address resolver configured for the scheme 'static'.")]
    public void ForAddress_TargetThatCannotBeResolved_IsRefused(string address, string message)
    {
        var options = new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure };
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(address, options));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForAddress_DnsWithoutCredentials_IsRefused()
    {
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("dns:///host"));
        Assert.Contains("Credentials must be specified", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForAddress_BalancingOverAHandlerThatConnectsByItself_IsRefused()
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => throw new NotSupportedException() };
        var options = new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure, HttpHandler = handler };
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("dns:///host", options));
    }

    private GrpcChannel Channel(Resolver resolver) => GrpcChannel.ForAddress("given:///echo", new GrpcChannelOptions
    {
        Time = _time,
        Credentials = ChannelCredentials.Insecure,
        ServiceProvider = new ServiceCollection().AddSingleton<ResolverFactory>(new GivenFactory(resolver)).BuildServiceProvider(),
    });

    private sealed class GivenFactory(Resolver resolver) : ResolverFactory
    {
        public override string Name => "given";

        public override Resolver Create(ResolverOptions options) => resolver;
    }

    /// <summary>Gives the address that the test has put there; null: it finds nothing.</summary>
    private sealed class Given(string? address) : Resolver
    {
        private Action<ResolverResult>? _listener;
        private int _refreshed;

        public string? Address { get; set; } = address;

        public int Refreshed => Volatile.Read(ref _refreshed);

        public override void Start(Action<ResolverResult> listener)
        {
            _listener = listener;
            Tell();
        }

        public override void Refresh()
        {
            Interlocked.Increment(ref _refreshed);
            Tell();
        }

        private void Tell() => _listener!(Address is null
            ? ResolverResult.ForFailure(new Status(StatusCode.Unavailable, "Nothing found."))
            : ResolverResult.ForResult([Servers.Address(Address)]));
    }
}
