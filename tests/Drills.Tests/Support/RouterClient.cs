using System.Globalization;
using ExpertCluster.V1;
using Grpc.Net.Client;

namespace ExpertCluster.Drills.Support;

/// <summary>A client of one router, with a connection of its own.</summary>
internal sealed class RouterClient : IDisposable
{
    private readonly GrpcChannel _channel;

    public RouterClient(Node router)
    {
        Router = router;
        _channel = GrpcChannel.ForAddress(
            string.Create(CultureInfo.InvariantCulture, $"http://{router.Machine.Address}:{Node.GrpcPort}"),
            new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.FromMilliseconds(100), MaxReconnectBackoff = TimeSpan.FromMilliseconds(500) });
        Completions = new Completions.CompletionsClient(_channel);
        Admin = new Admin.AdminClient(_channel);
    }

    public Node Router { get; }

    public Completions.CompletionsClient Completions { get; }

    public Admin.AdminClient Admin { get; }

    public void Dispose() => _channel.Dispose();
}
