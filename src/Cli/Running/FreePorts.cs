using System.Net;
using System.Net.Sockets;

namespace ExpertCluster.Cli.Running;

/// <summary>Finds TCP ports that nobody listens on.</summary>
internal static class FreePorts
{
    /// <summary>Distinct ports: all are held until all are found.</summary>
    public static int[] Take(int count)
    {
        var listeners = new TcpListener[count];
        try
        {
            for (int i = 0; i < count; i++)
            {
                listeners[i] = new TcpListener(IPAddress.Loopback, 0);
                listeners[i].Start();
            }

            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener?.Dispose();
            }
        }
    }
}
