using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ExpertCluster.TestSupport;

/// <summary>
/// TCP ports of loopback that nobody listens on: none of those that outgoing connections get, one of which would take it before it is bound, and one behind
/// the other, since two who look at once then rarely find the same.
/// </summary>
public static class FreePorts
{
    private const int Lowest = 10_240;
    private const int FirstOfOutgoing = 32_768;

    public static int[] Take(int count)
    {
        while (true)
        {
            int[] ports = [.. Enumerable.Range(RandomNumberGenerator.GetInt32(Lowest, FirstOfOutgoing - count), count)];
            if (Array.TrueForAll(ports, IsFree))
            {
                return ports;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
