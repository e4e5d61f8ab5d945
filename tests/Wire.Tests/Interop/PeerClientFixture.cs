using System.Text.Json.Nodes;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>Our server, and one client process of each other implementation, which runs the cases that it is told.</summary>
public sealed class PeerClientFixture : IAsyncLifetime
{
    private readonly Dictionary<string, PeerProcess> _peers = [];

    internal InteropServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await InteropServer.StartAsync();

    /// <summary>Runs a case; an error is a failed assertion of the peer's.</summary>
    public async Task<string?> RunAsync(string peer, string name, CancellationToken hang)
    {
        if (!_peers.TryGetValue(peer, out PeerProcess? process))
        {
            _peers[peer] = process = peer == "grpc-js"
                ? NodePeer.Start("interop-client.js", Server.Target) : PythonPeer.Start("interop_client.py", Server.Target);
        }
        await process.WriteLineAsync(name);
        JsonNode result = JsonNode.Parse(await process.ReadLineAsync(hang))!;
        Assert.Equal(name, (string?)result["case"]);
        return (string?)result["error"];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PeerProcess process in _peers.Values)
            await process.DisposeAsync();
        await Server.DisposeAsync();
    }
}
