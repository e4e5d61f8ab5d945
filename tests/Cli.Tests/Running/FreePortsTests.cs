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
        using var listener = new TcpListener(IPAddress.Loopback, ports[0]);
        listener.Start();
    }

    [Fact]
    public void Take_None_IsEmpty() => Assert.Empty(Cli.Running.FreePorts.Take(0));
}
