using ExpertCluster.Node.Options;
using ExpertCluster.Node.Tests.Support;
using ExpertCluster.TestSupport;
using Grpc.Core;

namespace ExpertCluster.Node.Tests.Transport;

/// <summary>Old connections, through a real server and a real client; only the clock is the test's.</summary>
public sealed class ConnectionAgeTests
{
    private static readonly TransportOptions Options = new() { ConnectionMaxAgeSeconds = 100, ConnectionGraceSeconds = 50 };

    /// <summary>Past the age whatever the jitter, and short of the least end of the grace.</summary>
    private static readonly TimeSpan PastAge = TimeSpan.FromSeconds(110);

    // The client's own limit on a connection's age would hide the server's.
    private static readonly TransportOptions Patient = new() { ConnectionMaxAgeSeconds = 0 };

    [Fact]
    public async Task Connection_PastItsAge_StreamGoesOnAndNewCallsMove()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(Options, time: time);
        using var client = new TestClient(server.GrpcAddress, transport: Patient);
        var (stream, old) = await client.BeginAsync();
        Assert.Equal(old, await client.CallAsync());

        time.Advance(PastAge);

        string next = old;
        while (next == old)
        {
            // Calls that were under way before the GOAWAY arrived may still use the old connection; none may fail.
            next = await client.CallAsync();
        }

        server.Host.Release.SetResult();
        await TestClient.FinishAsync(stream);
        stream.Dispose();
    }

    [Fact]
    public async Task Connection_PastItsGrace_IsCut()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(Options, time: time);
        using var client = new TestClient(server.GrpcAddress, transport: Patient);
        var (stream, _) = await client.BeginAsync();

        time.Advance(PastAge);
        time.Advance(TimeSpan.FromSeconds(50));

        var error = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        stream.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_ThatAgeUnderLoad_LoseNoCallForGood(bool secure)
    {
        var time = new ManualTime();
        using var authority = new TestAuthority();
        using var folder = new TlsFolder(authority);
        var certificates = secure ? folder.Source() : null;
        await using var server = await TestServer.StartAsync(Options, certificates, time);
        using var client = new TestClient(server.GrpcAddress, certificates, Patient);
        HashSet<string> connections = [];
        for (int round = 0; round < 100; round++)
        {
            var calls = Enumerable.Range(0, 10).Select(_ => Task.Run(() => AskAsync(client))).ToArray();

            // Amid the calls: GOAWAY and new requests cross on the wire.
            time.Advance(PastAge);
            connections.UnionWith(await Task.WhenAll(calls));
        }

        Assert.InRange(connections.Count, 10, 1000);
    }

    /// <summary>
    /// As a router asks: again, where the way was lost before anything came. Now and then the framework's client ends a call that a
    /// GOAWAY left unprocessed, instead of repeating it.
    /// </summary>
    private static async Task<string> AskAsync(TestClient client)
    {
        try
        {
            return await client.CallAsync();
        }
        catch (RpcException error) when (error.Status.DebugException is HttpRequestException or IOException)
        {
            return await client.CallAsync();
        }
    }

    [Fact]
    public async Task Connection_AgeIsOff_Stays()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(Patient, time: time);
        using var client = new TestClient(server.GrpcAddress, transport: Patient);
        string first = await client.CallAsync();

        time.Advance(TimeSpan.FromDays(30));

        Assert.Equal(first, await client.CallAsync());
    }
}
