using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class FreePortsTests
{
    [Fact]
    public void Take_Many_AreDistinctAndFree()
    {
        int[] ports = Cli.Running.FreePorts.Take(50);

        Assert.Equal(50, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 10_240, 65_535));
        using var listener = new TcpListener(IPAddress.Loopback, ports[0]);
        listener.Start();
    }

    /// <summary>An outgoing connection of anybody would take one before it is bound.</summary>
    [Fact]
    public void Take_ManyTimes_AreNeverThoseOfOutgoingConnections()
    {
        string[] range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t', ' ');
        int first = int.Parse(range[0], CultureInfo.InvariantCulture);
        Assert.SkipUnless(first > 16_384, "this machine gives outgoing connections nearly all ports");

        Assert.All(Enumerable.Range(0, 100).SelectMany(_ => Cli.Running.FreePorts.Take(4)), port => Assert.InRange(port, 10_240, first - 1));
    }

    [Fact]
    public void Take_None_IsEmpty() => Assert.Empty(Cli.Running.FreePorts.Take(0));
}
