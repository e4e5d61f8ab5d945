using ExpertCluster.Wire.Tests.Support;

namespace ExpertCluster.Wire.Tests.Abuse;

/// <summary>Another client, on a connection of its own, who must be served whatever happens elsewhere.</summary>
internal sealed class Other : IAsyncDisposable
{
    private readonly WireServer _server;
    private readonly RawHttp2Client _client;
    private int _stream = -1;

    private Other(WireServer server, RawHttp2Client client) => (_server, _client) = (server, client);

    public static async Task<Other> ConnectAsync(WireServer server)
    {
        var other = new Other(server, await server.ConnectAsync());
        await other.AskAsync();
        return other;
    }

    public async Task AskAsync() => Assert.Equal("0", await _server.UnaryStatusAsync(_client, _stream += 2));

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
