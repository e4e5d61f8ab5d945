using System.Net;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class GuardedConnectorTests
{
    private static readonly IPAddress Public = IPAddress.Parse("8.8.8.8");

    private readonly List<IPAddress[]> _connected = [];
    private readonly List<string> _resolved = [];

    [Fact]
    public async Task Connect_NameThatAnswersDifferentlyTheNextTime_NeverGoesInside()
    {
        var connector = Connector([Public], [IPAddress.Loopback]);

        await ConnectAsync(connector, "rebind.test");
        await Assert.ThrowsAsync<ContentException>(() => ConnectAsync(connector, "rebind.test"));

        // Each connection went, or didn't, where the one answer for it led.
        Assert.Equal([Public], Assert.Single(_connected));
        Assert.Equal(2, _resolved.Count);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("10.1.2.3")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task Connect_NameWithAnInnerAddressAmongOthers_IsRefused(string inner)
    {
        var connector = Connector([Public, IPAddress.Parse(inner)]);

        var error = await Assert.ThrowsAsync<ContentException>(() => ConnectAsync(connector, "half.test"));

        Assert.Equal("half.test has an inner address; EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS names the hosts that may", error.Message);
        Assert.Empty(_connected);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    public async Task Connect_InnerAddressInPlaceOfAName_IsRefusedWithoutTheResolver(string host)
    {
        await Assert.ThrowsAsync<ContentException>(() => ConnectAsync(Connector([Public]), host));

        Assert.Empty(_resolved);
        Assert.Empty(_connected);
    }

    [Theory]
    [InlineData("mirror.site", true)]
    [InlineData("mirror.site:443", true)]
    [InlineData("MIRROR.site", true)]
    [InlineData("mirror.site:444", false)]
    [InlineData("other.site", false)]
    public async Task Connect_HostThatTheOperatorNames_MayBeInside(string allowed, bool may)
    {
        var connector = Connector(AllowedHosts.Parse([allowed]), [IPAddress.Loopback]);

        if (may)
        {
            await ConnectAsync(connector, "mirror.site");
            Assert.Equal([IPAddress.Loopback], Assert.Single(_connected));
        }
        else
        {
            await Assert.ThrowsAsync<ContentException>(() => ConnectAsync(connector, "mirror.site"));
        }
    }

    [Fact]
    public async Task Connect_NameWithoutAnAddress_MayHelpLater() =>
        Assert.True((await Assert.ThrowsAsync<ContentException>(() => ConnectAsync(Connector([[]]), "gone.test"))).RetryHelps);

    private GuardedConnector Connector(params IPAddress[][] answers) => Connector(AllowedHosts.None, answers);

    private GuardedConnector Connector(AllowedHosts allowed, params IPAddress[][] answers)
    {
        var next = new Queue<IPAddress[]>(answers);
        return new GuardedConnector(
            allowed,
            (host, _) =>
            {
                _resolved.Add(host);
                return Task.FromResult(next.Dequeue());
            },
            (addresses, _, _) =>
            {
                _connected.Add(addresses);
                return Task.FromResult(Stream.Null);
            });
    }

    private static Task<Stream> ConnectAsync(GuardedConnector connector, string host) =>
        connector.ConnectAsync(new DnsEndPoint(host, 443), TestContext.Current.CancellationToken);
}
