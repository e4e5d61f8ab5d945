using System.Net;
using System.Net.Sockets;

namespace Microsoft.Orleans.Server.Tests.Support;

/// <summary>Ports that nobody used a moment ago.</summary>
internal static class FreePort
{
    public static int[] Take(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Stop();
        return ports;
    }
}
