using ExpertCluster.Node.Options;
using ExpertCluster.Node.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Node.Tests.Transport;

/// <summary>Clients that vanish without a word are asked whether they are there; hosts, in Router.Tests.</summary>
public sealed class KeepAliveTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Client_Vanishes_ItsCallsAreCancelled()
    {
        await using var server = await TestServer.StartAsync(new TransportOptions { KeepAliveSeconds = 1, KeepAliveTimeoutSeconds = 1 });
        await using var proxy = new CuttableProxy(server.GrpcAddress);
        using var client = new TestClient(proxy.Address);
        var (stream, _) = await client.BeginAsync();

        proxy.Silence();

        await server.Host.Left.Task.WaitAsync(_cancellation);
        stream.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task Client_IsThereButSilent_IsLeftAlone()
    {
        await using var server = await TestServer.StartAsync(new TransportOptions { KeepAliveSeconds = 1, KeepAliveTimeoutSeconds = 1 });
        using var patient = new TestClient(server.GrpcAddress);
        var (stream, _) = await patient.BeginAsync();

        // As long as another one, asked as often, takes to be found gone.
        await using var proxy = new CuttableProxy(server.GrpcAddress);
        using var vanishing = new TestClient(proxy.Address);
        var (other, _) = await vanishing.BeginAsync();
        proxy.Silence();
        await server.Host.Left.Task.WaitAsync(_cancellation);

        server.Host.Release.SetResult();
        await TestClient.FinishAsync(stream);
        stream.Dispose();
        other.Dispose();
    }
}
