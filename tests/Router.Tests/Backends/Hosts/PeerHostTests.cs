using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Interop;
using Grpc.Core;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

/// <summary>The router's way to hosts, with hosts by other gRPC implementations. Their whole answers are the tokens 0 to 9.</summary>
public sealed class PeerHostTests
{
    public static TheoryData<string> Names => Peers.Names;

    public static MatrixTheoryData<string, StatusCode> Refusals =>
        new(["grpc-js", "grpcio"], [StatusCode.InvalidArgument, StatusCode.ResourceExhausted, StatusCode.Unimplemented, StatusCode.Internal, StatusCode.NotFound]);

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Stream_OfAPeer_GivesEveryToken(string peer)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);

        using var stream = await OpenAsync(hosts, "count");

        Assert.Equal(Enumerable.Range(0, 10), await Streams.ReadAsync(stream));
        Assert.Equal(0, stream.Resumes);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Refusals))]
    public async Task Refusal_OfAPeer_HasItsMeaningAndIsNotAskedAgain(string peer, StatusCode code)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => OpenAsync(hosts, $"refuse {(int)code}"));

        var expected = HostFailures.Of(new RpcException(new Status(code, "no: 50%\nnicht möglich"))).Failure;
        Assert.Equal(expected, error.Failure);
        Assert.Equal(["asked"], await host.EndAsync());
    }

    [Theory(Timeout = 120_000)]
    [InlineData("grpc-js")]
    [InlineData("grpcio")]
    public async Task Refusal_ThatMayPass_IsAskedAgainUntilTheCallerLeaves(string peer)
    {
        const StatusCode code = StatusCode.Unavailable;
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);
        using var caller = new CancellationTokenSource();

        var opening = OpenAsync(hosts, $"refuse {(int)code}", caller.Token);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("asked", await host.SaysAsync());
        }

        // In a pause, or in a call.
        await caller.CancelAsync();
        var error = await Record.ExceptionAsync(() => opening);
        Assert.True(error is OperationCanceledException or RequestFailedException { Failure.Kind: FailureKind.Cancelled }, $"{error}");
    }

    /// <summary>It is well, and can't serve what it is asked: the plan is to be made anew.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("grpc-js")]
    [InlineData("grpcio")]
    public async Task Refusal_OfThePlan_IsToldAtOnce(string peer)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);

        await Assert.ThrowsAsync<PlanOutdatedException>(() => OpenAsync(hosts, $"refuse {(int)StatusCode.FailedPrecondition}"));

        Assert.Equal(["asked"], await host.EndAsync());
    }

    [Theory(Timeout = 120_000)]
    [InlineData("grpc-js", "lose 14")]
    [InlineData("grpc-js", "cut")]
    [InlineData("grpcio", "lose 14")]
    [InlineData("grpcio", "cut")]
    public async Task Stream_LostOnTheWay_GoesOnBehindWhatCame(string peer, string prompt)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);

        using var stream = await OpenAsync(hosts, prompt);

        Assert.Equal(Enumerable.Range(0, 10), await Streams.ReadAsync(stream));
        Assert.Equal(1, stream.Resumes);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("grpc-js", StatusCode.Internal)]
    [InlineData("grpcio", StatusCode.ResourceExhausted)]
    public async Task Stream_FailsOnTheWay_EndsWithThatStatus(string peer, StatusCode code)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);
        using var stream = await OpenAsync(hosts, $"lose {(int)code}");

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => Streams.ReadAsync(stream));

        Assert.Equal(HostFailures.Of(new RpcException(new Status(code, "lost"))).Failure, error.Failure);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Process_Killed_AnotherPeerGoesOn(string peer)
    {
        await using var doomed = await PeerHost.StartAsync(peer);
        await using var other = await PeerHost.StartAsync(peer == "grpc-js" ? "grpcio" : "grpc-js");
        await using var hosts = await FakeHosts.AtAsync(doomed.Address, other.Address);

        // Whichever of the two the text is at home on waits after four tokens, and is killed.
        using var stream = await OpenAsync(hosts, "wait");
        for (int i = 1; i < 4; i++)
        {
            Assert.True(await stream.MoveNextAsync(TestContext.Current.CancellationToken));
        }

        var killed = stream.Host == "host-0" ? doomed : other;
        Assert.Equal(["asked", "waiting"], [await killed.SaysAsync(), await killed.SaysAsync()]);
        string first = stream.Host;
        killed.Kill();

        Assert.True(await stream.MoveNextAsync(TestContext.Current.CancellationToken));
        Assert.Equal([4, 5, 6, 7, 8, 9], await Streams.ReadAsync(stream));
        Assert.NotEqual(first, stream.Host);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Stream_Disposed_ReachesThePeer(string peer)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);
        var stream = await OpenAsync(hosts, "wait");
        Assert.Equal(["asked", "waiting"], [await host.SaysAsync(), await host.SaysAsync()]);

        stream.Dispose();

        Assert.Equal("cancelled", await host.SaysAsync());
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Deadline_Passes_ReachesThePeer(string peer)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);
        using var stream = await OpenAsync(hosts, "wait", deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(2));

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => Streams.ReadAsync(stream));

        Assert.Equal(FailureKind.DeadlineExceeded, error.Failure.Kind);
        Assert.Equal(["asked", "waiting", "cancelled"], [await host.SaysAsync(), await host.SaysAsync(), await host.SaysAsync()]);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Stream_OfASlowPeer_GivesEachTokenWhenItComes(string peer)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);
        var opening = OpenAsync(hosts, "slow");
        await host.GoOnAsync();
        using var stream = await opening;

        List<int> tokens = [stream.Current.Tokens.Single().Id];
        while (tokens.Count < 10)
        {
            // Nothing is there before the peer is told to go on.
            var next = stream.MoveNextAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.False(next.IsCompleted);
            await host.GoOnAsync();
            Assert.True(await next);
            tokens.Add(stream.Current.Tokens.Single().Id);
        }

        Assert.Equal(Enumerable.Range(0, 10), tokens);
        Assert.False(await stream.MoveNextAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>grpcio packs its answers; grpc-js can't, and sends them as they are.</summary>
    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Answer_LargeOrPacked_IsTaken(string peer)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);

        using var stream = await OpenAsync(hosts, "fill 4000000");

        Assert.Equal(4_000_000, stream.Current.Text.Length);
        Assert.Equal([9], await Streams.ReadAsync(stream));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("grpc-js", 4_200_000, "Received message exceeds the maximum configured message size.")]
    [InlineData("grpcio", 4_200_000, "The message unpacks to more than 4194304 bytes.")]
    [InlineData("grpcio", 64_000_000, "The message unpacks to more than 4194304 bytes.")]
    public async Task Answer_OverTheLimit_IsNotUnpackedAndNotAskedForAgain(string peer, int length, string message)
    {
        await using var host = await PeerHost.StartAsync(peer);
        await using var hosts = await FakeHosts.AtAsync(host.Address);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => OpenAsync(hosts, $"fill {length}"));

        Assert.Equal((FailureKind.Overloaded, message), (error.Failure.Kind, error.Message));
        Assert.Equal(["asked"], await host.EndAsync());
    }

    private static Task<ResumingStream> OpenAsync(FakeHosts hosts, string prompt, CancellationToken? cancellation = null, DateTime? deadline = null) =>
        ResumingStream.OpenAsync(
            hosts.Dispatcher,
            Streams.CallOf(new GenerateRequest { Prompt = prompt }, deadline ?? DateTime.MaxValue),
            hosts.Metrics,
            cancellation ?? TestContext.Current.CancellationToken);
}
