using System.Text.Json;

namespace ExpertCluster.Wire.Tests.Interop;

/// <summary>One client process of each other implementation and server, which makes the calls that it is told.</summary>
public sealed class PeerClients : IAsyncDisposable
{
    private readonly Dictionary<(string Peer, string Address), PeerProcess> _peers = [];

    internal async Task<PeerResult> CallAsync(string peer, string address, PeerCall call)
    {
        if (!_peers.TryGetValue((peer, address), out var process))
        {
            _peers[(peer, address)] = process = Peers.Start(peer, "client", new Uri(address).Authority);
        }

        await process.WriteLineAsync(JsonSerializer.Serialize(call, JsonSerializerOptions.Web));
        return JsonSerializer.Deserialize<PeerResult>(await process.ReadLineAsync(), JsonSerializerOptions.Web)!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _peers.Values)
        {
            await process.DisposeAsync();
        }
    }
}
