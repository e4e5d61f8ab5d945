using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.Node.Tests.Support;

/// <summary>Calls a <see cref="TestServer"/> the way a router calls hosts.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly GrpcChannel _channel;

    public TestClient(string address, CertificateSource? certificates = null, TransportOptions? transport = null)
    {
        var peers = new PeerTransport(transport ?? new TransportOptions(), certificates);
        Assert.Null(peers.Refuses(address));
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = peers.CreateHandler(), DisposeHttpClient = true });
        Experts = new Experts.ExpertsClient(_channel);
    }

    public Experts.ExpertsClient Experts { get; }

    /// <summary>A stream that has begun, and the id of the connection it runs on.</summary>
    public async Task<(AsyncServerStreamingCall<GenerateChunk> Call, string Connection)> BeginAsync(DateTime? deadline = null)
    {
        var call = Experts.Generate(new GenerateRequest(), deadline: deadline, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return (call, call.ResponseStream.Current.Text);
    }

    /// <summary>A whole call; the id of its connection.</summary>
    public async Task<string> CallAsync()
    {
        using var call = Experts.Generate(new GenerateRequest { Prompt = "end" }, cancellationToken: TestContext.Current.CancellationToken);
        string connection = "";
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            connection = call.ResponseStream.Current.Text;
        }

        return connection;
    }

    public static async Task FinishAsync(AsyncServerStreamingCall<GenerateChunk> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(FinishReason.Stop, call.ResponseStream.Current.FinishReason);
        Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _channel.Dispose();
}
