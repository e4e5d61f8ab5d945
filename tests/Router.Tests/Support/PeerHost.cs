using ExpertCluster.Wire.Tests.Interop;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>A host by another gRPC implementation, in a process of its own; npm/host.js and python/host.py say what prompts make it do.</summary>
internal sealed class PeerHost : IAsyncDisposable
{
    private readonly PeerProcess _process;

    private PeerHost(PeerProcess process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    public static async Task<PeerHost> StartAsync(string peer)
    {
        var process = Peers.Start(peer, "host");
        return new PeerHost(process, "http://127.0.0.1:" + await process.ReadLineAsync());
    }

    /// <summary>What it says of itself.</summary>
    public Task<string> SaysAsync() => _process.ReadLineAsync();

    /// <summary>Ends it; what else it said.</summary>
    public async Task<IReadOnlyList<string>> EndAsync() => await _process.EndAsync();

    /// <summary>Lets a slow one give its next token.</summary>
    public Task GoOnAsync() => _process.WriteLineAsync("go on");

    public void Kill() => _process.Kill();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
