using System.Net;
using System.Net.Sockets;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// Connects where it looked: a name is resolved once, and the connection goes to the addresses that were checked, so that a name which
/// answers differently the next time (rebinding) leads nowhere else. Redirects come through here like every other connection.
/// </summary>
internal sealed class GuardedConnector(AllowedHosts allowed, HostResolver resolve, GuardedConnector.Connect connect)
{
    /// <summary>Connects to one of some addresses.</summary>
    public delegate Task<Stream> Connect(IPAddress[] addresses, int port, CancellationToken cancellation);

    public async Task<Stream> ConnectAsync(DnsEndPoint place, CancellationToken cancellation)
    {
        string host = place.Host.Trim('[', ']');
        int port = place.Port;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await ResolveAsync(host, cancellation);
        if (!allowed.Contains(host, port) && Array.Exists(addresses, InnerAddress.Is))
        {
            throw new ContentException($"{host} has an inner address; {SourceEnvironment.AllowedHosts} names the hosts that may");
        }

        return await connect(addresses, port, cancellation);
    }

    public static async Task<Stream> BySocketAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        try
        {
            return await resolve(host, cancellation) is { Length: > 0 } addresses
                ? addresses
                : throw new ContentException($"the name {host} has no address") { RetryHelps = true };
        }
        catch (SocketException error)
        {
            throw new ContentException($"the name {host} can't be resolved", error) { RetryHelps = true };
        }
    }
}
