using System.Net;
using System.Net.Sockets;

namespace ExpertCluster.TestSupport;

/// <summary>TCP ports of loopback that nobody listens on.</summary>
public static class FreePorts
{
    /// <summary>Distinct ports: all are held until all are found.</summary>
    public static int[] Take(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = Array.ConvertAll(listeners, listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }
}
