namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>One server process of each other implementation.</summary>
public sealed class PeerServerFixture : IAsyncDisposable
{
    private readonly Dictionary<string, (PeerProcess Process, string Address)> _peers = [];

    public async Task<string> AddressAsync(string peer, CancellationToken hang)
    {
        if (!_peers.TryGetValue(peer, out (PeerProcess, string Address) running))
        {
            PeerProcess process = peer == "grpc-js" ? NodePeer.Start("interop-server.js") : PythonPeer.Start("interop_server.py");
            _peers[peer] = running = (process, "http://127.0.0.1:" + await process.ReadLineAsync(hang));
        }
        return running.Address;
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((PeerProcess process, _) in _peers.Values)
            await process.DisposeAsync();
    }
}
