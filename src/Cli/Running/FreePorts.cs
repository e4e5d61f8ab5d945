using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ExpertCluster.Files;

namespace ExpertCluster.Cli.Running;

/// <summary>
/// Finds TCP ports of loopback that nobody listens on. They are bound seconds later, by other processes: so none is of the range from which the system
/// takes the ports of outgoing connections, which would take one meanwhile, and they lie together, since two who look at once then rarely find the same.
/// </summary>
internal static class FreePorts
{
    private const string RangeFile = "/proc/sys/net/ipv4/ip_local_port_range";
    private const int Lowest = 10_240;
    private const int FirstOfOutgoing = 32_768;
    private const int Enough = 4_096;
    private const int Tries = 200;

    /// <summary>That many, one behind the other.</summary>
    /// <exception cref="ClusterStartException">There are no such ports.</exception>
    public static int[] Take(int count)
    {
        int end = End();
        for (int i = 0; i < Tries; i++)
        {
            int[] ports = [.. Enumerable.Range(RandomNumberGenerator.GetInt32(Lowest, end - count), count)];
            if (Array.TrueForAll(ports, IsFree))
            {
                return ports;
            }
        }

        throw new ClusterStartException(string.Create(CultureInfo.InvariantCulture, $"there are no {count} free ports one behind the other from {Lowest} to {end}"));
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

    /// <summary>Where the system takes nearly all ports for itself, the usual end.</summary>
    private static int End() =>
        File.Exists(RangeFile) && int.TryParse(RegularFile.ReadAllText(RangeFile, 4096).Split('\t', ' ')[0], CultureInfo.InvariantCulture, out int first) && first >= Lowest + Enough
            ? first
            : FirstOfOutgoing;
}
