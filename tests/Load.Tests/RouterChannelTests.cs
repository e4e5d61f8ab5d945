using System.Net;
using System.Net.Sockets;

namespace ExpertCluster.Load.Tests;

public sealed class RouterChannelTests
{
    [Theory]
    [InlineData("http://a:1")]
    [InlineData("https://a:1,https://b:2")]
    [InlineData("dns:///routers:50051")]
    public void Problem_AddressesThatWork_IsNone(string addresses) => Assert.Null(RouterChannel.Problem(addresses));

    [Theory]
    [InlineData("", "names no address")]
    [InlineData(" , ", "names no address")]
    [InlineData("a:1", "'a:1' is no address")]
    [InlineData("http://a:1,ftp://b:2", "'ftp://b:2' is no address")]
    [InlineData("http://a:1,https://b:2", "all be http or all be https")]
    [InlineData("dns:///a:1,dns:///b:2", "all be http or all be https")]
    public void Problem_AddressesThatDoNot_IsNamed(string addresses, string problem)
    {
        Assert.Contains(problem, RouterChannel.Problem(addresses), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RouterChannel.Open(addresses));
    }

    [Fact]
    public async Task Open_SeveralAddresses_ConnectsToEach()
    {
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var two = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        two.Start();
        using var channel = RouterChannel.Open($"http://{one.LocalEndpoint}, http://{two.LocalEndpoint}");
        await channel.ConnectAsync(TestContext.Current.CancellationToken);
        using var first = await one.AcceptSocketAsync(TestContext.Current.CancellationToken);
        using var second = await two.AcceptSocketAsync(TestContext.Current.CancellationToken);
    }
}
