using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Abuse;
using Google.Protobuf;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>Who stops reading loses its stream, and nobody else loses anything: case 14, through router and host.</summary>
public sealed class StalledReaderTests
{
    private const string Complete = "/expertcluster.v1.Completions/Complete";
    private const string Generate = "/expertcluster.v1.Experts/Generate";

    // ENHANCE_YOUR_CALM, which gRPC clients show as RESOURCE_EXHAUSTED.
    private const int EnhanceYourCalm = 0xB;

    private static readonly CompleteRequest Question = Requests.Chat("law", "Which court decides on the Kolar lease?", 8);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Complete_ClientStopsReading_EndsResourceExhaustedAndFreesEverything()
    {
        await using var cluster = await StartAsync(stallSeconds: 2);
        using var other = cluster.Client.Complete(Requests.Endless(seed: 2), cancellationToken: _cancellation);
        using var stalled = cluster.Client.Complete(Requests.Wide(seed: 1), cancellationToken: _cancellation);
        Assert.True(await other.ResponseStream.MoveNext(_cancellation));
        Assert.True(await stalled.ResponseStream.MoveNext(_cancellation));

        await NothingRunsAsync(cluster);

        var error = await Assert.ThrowsAsync<RpcException>(() => RestAsync(stalled));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(FinishReason.Length, await RestAsync(other));
    }

    [Fact(Timeout = 300_000)]
    public async Task Complete_ClientGivesNoWindow_ResetsThatStreamOfItsConnectionAlone()
    {
        await using var cluster = await StartAsync(stallSeconds: 2);
        await using var client = await RawClientAsync(cluster.GrpcAddress);
        await SendAsync(client, 1, Complete, Requests.Wide(seed: 1));

        Assert.Equal(EnhanceYourCalm, await ResetAsync(client, 1));

        await NothingRunsAsync(cluster);
        await AnswersAsync(client, 3);
    }

    [Fact(Timeout = 300_000)]
    public async Task Generate_CallerGivesNoWindow_FreesTheSlotOfThatStreamAlone()
    {
        await using var cluster = await StartAsync(stallSeconds: 2);
        await using var client = await RawClientAsync(new Uri($"http://127.0.0.1:{cluster.Hosts().Values.Single().GrpcPort}"));
        var request = new GenerateRequest
        {
            Base = "demo",
            Prompt = "The",
            Sampling = Requests.Endless(seed: 3).Sampling,
            Mode = MergeMode.Route,
            Scope = MergeScope.Request,
            K = 1,
            Experts = { new ExpertRef { Name = "law", Weight = 1 } },
        };
        await SendAsync(client, 1, Generate, request);
        using var other = cluster.Client.Complete(Requests.Endless(seed: 2), cancellationToken: _cancellation);

        Assert.Equal(EnhanceYourCalm, await ResetAsync(client, 1));

        Assert.Equal(FinishReason.Length, await RestAsync(other));
        await NothingRunsAsync(cluster);
    }

    /// <summary>What lies between fills up, then the host's sequence pauses: what a stalled reader costs has an end.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Complete_ClientStalls_PausesTheHostsSequenceAndServesOthersMeanwhile()
    {
        await using var cluster = await StartAsync(stallSeconds: 600);
        await using (var client = await RawClientAsync(cluster.GrpcAddress))
        {
            await SendAsync(client, 1, Complete, Requests.Wide(seed: 1));
            await Gauges.UntilAsync(async () => await Gauges.HostsAsync(cluster, Gauges.Paused) == 1);

            Assert.Equal(FinishReason.Length, (await cluster.Client.AskAsync(Question)).Finish);
            await AnswersAsync(client, 3);
            Assert.Equal(1, await Gauges.HostsAsync(cluster, Gauges.Paused));
            Assert.Equal(1, await Gauges.ReadAsync(cluster, cluster.Router(), Gauges.InFlight));
        }

        await NothingRunsAsync(cluster);
    }

    private static Task<TestCluster> StartAsync(int stallSeconds) =>
        TestCluster.StartAsync(new Dictionary<string, string> { ["STALLSECONDS"] = FormattableString.Invariant($"{stallSeconds}") }, "--hosts", "1");

    /// <summary>Its streams begin with room for 1,000 bytes, a dozen tokens; it grants more only where it is told to.</summary>
    private static async Task<RawHttp2Client> RawClientAsync(Uri address)
    {
        var client = await RawHttp2Client.ConnectAsync(address.ToString());
        await client.WindowAsync(1000);
        return client;
    }

    private static async Task SendAsync(RawHttp2Client client, int stream, string path, IMessage request)
    {
        byte[] message = request.ToByteArray();
        await client.RequestAsync(stream, path);
        await client.DataAsync(stream, [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message], end: true);
    }

    /// <summary>A question on that connection is answered.</summary>
    private static async Task AnswersAsync(RawHttp2Client client, int stream)
    {
        await SendAsync(client, stream, Complete, Question);
        await client.GrantAsync(stream, 1 << 20);
        Assert.Equal("0", (await client.EndOfCallAsync(stream))["grpc-status"]);
    }

    private static async Task<int> ResetAsync(RawHttp2Client client, int stream)
    {
        Assert.NotNull(await client.ReadUntilAsync(frame => frame.Type == FrameType.ResetStream && frame.Stream == stream));
        return client.Resets[stream];
    }

    /// <summary>Reads to the end; the last chunk's finish reason.</summary>
    private async Task<FinishReason> RestAsync(AsyncServerStreamingCall<CompleteChunk> call)
    {
        var finish = FinishReason.Unspecified;
        while (await call.ResponseStream.MoveNext(_cancellation))
        {
            finish = call.ResponseStream.Current.FinishReason;
        }

        return finish;
    }

    /// <summary>Waits until router and host are as they were before anybody asked.</summary>
    private static async Task NothingRunsAsync(TestCluster cluster)
    {
        await Gauges.UntilAsync(async () => await Gauges.ReadAsync(cluster, cluster.Router(), Gauges.InFlight) == 0);
        foreach (string gauge in (string[])[Gauges.Running, Gauges.Waiting, Gauges.Paused, Gauges.CacheUsage])
        {
            await Gauges.UntilAsync(async () => await Gauges.HostsAsync(cluster, gauge) == 0);
        }

        Assert.Equal(0, await Gauges.ReadAsync(cluster, cluster.Router(), Gauges.Running));
    }
}
