using Grpc.AspNetCore.Tests.Calls;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Client;

public sealed class ConnectivityTests
{
    private static readonly CallOptions Patient = new CallOptions().WithWaitForReady();

    private readonly ManualTime _time = new();

    private GrpcChannelOptions Options => new() { Time = _time };

    // The first pause is a second, give or take a fifth; the time to connect has a timer of 20 s.
    private Task PauseAsync() => _time.TimerAsync(due => due <= TimeSpan.FromSeconds(2));

    [Fact]
    public async Task State_FromFirstCallToDisposal_FollowsTheConnection()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        GrpcChannel channel = server.Channel();
        Assert.Equal(ConnectivityState.Idle, channel.State);
        await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
        Assert.Equal(ConnectivityState.Ready, channel.State);
        Task change = channel.WaitForStateChangedAsync(ConnectivityState.Ready);
        channel.Dispose();
        await change;
        Assert.Equal(ConnectivityState.Shutdown, channel.State);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => channel.ConnectAsync());
    }

    [Fact]
    public async Task State_ServerStops_IsIdleUntilTheNextCall()
    {
        string address;
        GrpcChannel channel;
        await using (EchoServer server = await EchoServer.StartAsync())
        {
            address = server.Address;
            channel = GrpcChannel.ForAddress(address);
            await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
        }
        using (channel)
        {
            await channel.WaitForStateChangedAsync(ConnectivityState.Ready);
            Assert.Equal(ConnectivityState.Idle, channel.State);
            await using EchoServer again = await EchoServer.StartAsync(port: new Uri(address).Port);
            await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
            Assert.Equal(ConnectivityState.Ready, channel.State);
        }
    }

    [Fact]
    public async Task ConnectAsync_ServerThere_ConnectsWithoutACall()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        GrpcChannel channel = server.Channel();
        await channel.ConnectAsync();
        Assert.Equal(ConnectivityState.Ready, channel.State);
        await channel.ConnectAsync();
    }

    [Fact]
    public async Task ConnectAsync_ServerStartsLater_TriesUntilItIsThere()
    {
        string address = await Servers.FreeAddressAsync();
        using GrpcChannel channel = GrpcChannel.ForAddress(address, Options);
        Task connecting = channel.ConnectAsync();
        await PauseAsync();
        Assert.Equal(ConnectivityState.TransientFailure, channel.State);
        Assert.False(connecting.IsCompleted);
        await using EchoServer server = await EchoServer.StartAsync(port: new Uri(address).Port);
        _time.Advance(TimeSpan.FromSeconds(2));
        await connecting;
        Assert.Equal(ConnectivityState.Ready, channel.State);
    }

    [Fact]
    public async Task ConnectAsync_Cancelled_GivesUp()
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(await Servers.FreeAddressAsync(), Options);
        using var cancel = new CancellationTokenSource();
        Task connecting = channel.ConnectAsync(cancel.Token);
        await PauseAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task Call_WhileTheServerIsAway_FailsUnlessItIsPatient()
    {
        string address = await Servers.FreeAddressAsync();
        using GrpcChannel channel = GrpcChannel.ForAddress(address, Options);
        var client = new Echo.EchoClient(channel);
        using AsyncUnaryCall<EchoReply> patient = client.UnaryAsync(new EchoRequest { Text = "a" }, Patient);
        await PauseAsync();
        await StatusTests.AssertStatusAsync(
            client.UnaryAsync(new EchoRequest()).ResponseAsync, StatusCode.Unavailable, "Error connecting to subchannel.");
        Assert.False(patient.ResponseAsync.IsCompleted);

        await using EchoServer server = await EchoServer.StartAsync(port: new Uri(address).Port);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("a", (await patient).Text);
    }

    [Fact]
    public async Task PatientCall_DeadlinePasses_IsDeadlineExceeded()
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(await Servers.FreeAddressAsync(), Options);
        DateTime deadline = _time.GetUtcNow().UtcDateTime.AddSeconds(1.5);
        using AsyncUnaryCall<EchoReply> call =
            new Echo.EchoClient(channel).UnaryAsync(new EchoRequest(), Patient.WithDeadline(deadline));
        await channel.WaitForStateChangedAsync(ConnectivityState.Idle);
        _time.Advance(TimeSpan.FromSeconds(2));
        await StatusTests.AssertStatusAsync(call.ResponseAsync, StatusCode.DeadlineExceeded, "");
    }

    [Fact]
    public async Task PatientCall_WaitedInTheQueue_TellsTheServerWhatIsLeft()
    {
        string address = await Servers.FreeAddressAsync();
        using GrpcChannel channel = GrpcChannel.ForAddress(address, Options);
        DateTime deadline = _time.GetUtcNow().UtcDateTime.AddSeconds(100);
        using AsyncUnaryCall<EchoReply> call = new Echo.EchoClient(channel).UnaryAsync(new EchoRequest(), Patient.WithDeadline(deadline));
        await PauseAsync();
        string? timeout = null;
        await using EchoServer server = await EchoServer.StartAsync(port: new Uri(address).Port);
        server.Behaviour.Unary = (_, context) =>
        {
            timeout = context.GetHttpContext().Request.Headers["grpc-timeout"];
            return Task.FromResult(new EchoReply());
        };
        _time.Advance(TimeSpan.FromSeconds(60));
        await call;
        Assert.Equal("40000m", timeout);
    }

    [Fact]
    public async Task Pauses_ServerStaysAway_GrowToTheirLimit()
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(await Servers.FreeAddressAsync(), new GrpcChannelOptions
        {
            Time = _time,
            Random = new Middle(),
            InitialReconnectBackoff = TimeSpan.FromSeconds(2),
            MaxReconnectBackoff = TimeSpan.FromSeconds(5),
        });
        Task connecting = channel.ConnectAsync();
        foreach (double seconds in (double[])[2, 3.2, 5, 5])
        {
            await _time.TimerAsync(due => due == TimeSpan.FromSeconds(seconds));
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }
        Assert.False(connecting.IsCompleted);
        channel.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connecting);
    }

    [Fact]
    public async Task Channel_HandlerThatConnectsByItself_CarriesCallsButShowsNoState()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        GrpcChannel channel = server.Channel(new GrpcChannelOptions { HttpHandler = new HttpClientHandler() });
        await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest(), Patient);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => channel.State);
        Assert.Contains("must be a SocketsHttpHandler with no SocketsHttpHandler.ConnectCallback", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => channel.ConnectAsync());
    }

    [Fact]
    public async Task Channels_OverOneHandler_BothFollowTheirConnections()
    {
        await using EchoServer first = await EchoServer.StartAsync();
        await using EchoServer second = await EchoServer.StartAsync();
        using var handler = new SocketsHttpHandler();
        GrpcChannel one = first.Channel(new GrpcChannelOptions { HttpHandler = handler });
        GrpcChannel two = second.Channel(new GrpcChannelOptions { HttpHandler = handler });
        await one.ConnectAsync();
        await new Echo.EchoClient(two).UnaryAsync(new EchoRequest());
        await new Echo.EchoClient(one).UnaryAsync(new EchoRequest());
        Assert.Equal((ConnectivityState.Ready, ConnectivityState.Ready), (one.State, two.State));
    }

    /// <summary>No jitter.</summary>
    internal sealed class Middle : Random
    {
        public override double NextDouble() => 0.5;
    }
}
