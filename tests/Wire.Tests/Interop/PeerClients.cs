using System.Text.Json;

namespace ExpertCluster.Wire.Tests.Interop;

/// <summary>One client process of each other implementation, which makes the calls that it is told.</summary>
public sealed class PeerClients : IAsyncDisposable
{
    private readonly Dictionary<string, PeerProcess> _peers = [];

    internal async Task<PeerResult> CallAsync(string peer, string address, PeerCall call)
    {
        if (!_peers.TryGetValue(peer, out var process))
        {
            _peers[peer] = process = Peers.Start(peer, "client", new Uri(address).Authority);
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
