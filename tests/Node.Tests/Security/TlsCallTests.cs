using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using ExpertCluster.Node.Tests.Support;
using ExpertCluster.Node.Transport;
using ExpertCluster.TestSupport;
using Grpc.Core;

namespace ExpertCluster.Node.Tests.Security;

/// <summary>Real handshakes between the product's two ends.</summary>
public sealed class TlsCallTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new("stranger");
    private readonly TlsFolder _host;
    private readonly TlsFolder _router;

    public TlsCallTests()
    {
        _host = new TlsFolder(_authority, "expert-host");
        _router = new TlsFolder(_authority, "router");
    }

    public void Dispose()
    {
        _host.Dispose();
        _router.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task Call_BothKnowTheAuthority_IsAnswered()
    {
        await using var server = await TestServer.StartAsync(certificates: _host.Source());
        using var client = new TestClient(server.GrpcAddress, _router.Source(NodeRole.Router));

        Assert.NotEqual("", await client.CallAsync());
    }

    [Fact]
    public async Task Call_WithoutClientCertificate_IsRefused() =>
        await RefusedAsync(_host.Source(), new CertificateSource(new TlsOptions { AuthorityFile = _router.Options.AuthorityFile }, NodeRole.Router, TimeProvider.System), byServer: true);

    [Fact]
    public async Task Call_ClientOfAnotherAuthority_IsRefused()
    {
        // It trusts the host, so the refusal is the host's.
        _router.Replace(_stranger, _stranger.Issue("router"), _authority);
        await RefusedAsync(_host.Source(), _router.Source(NodeRole.Router), byServer: true);
    }

    [Fact]
    public async Task Call_ClientCertificateForServersOnly_IsRefused()
    {
        _router.Replace(_authority, _authority.Issue("router", usages: TestAuthority.ServerAuth));
        await RefusedAsync(_host.Source(), _router.Source(NodeRole.Router), byServer: true);
    }

    [Fact]
    public async Task Call_ClientCertificateExpired_IsRefused()
    {
        _router.Replace(_authority, _authority.Issue("router", TimeSpan.FromDays(-3), TimeSpan.FromDays(-1)));
        await RefusedAsync(_host.Source(), _router.Source(NodeRole.Router, new EarlierTime()), byServer: true);
    }

    [Theory]
    [InlineData("router", true)]
    [InlineData("gateway", false)]
    public async Task Call_HostNamesItsCallers_OthersAreRefused(string allowed, bool answered)
    {
        var host = new CertificateSource(_host.Options with { ClientNames = [allowed, "third"] }, NodeRole.Host, TimeProvider.System);
        if (!answered)
        {
            await RefusedAsync(host, _router.Source(NodeRole.Router), byServer: true);
            return;
        }

        await using var server = await TestServer.StartAsync(certificates: host);
        using var client = new TestClient(server.GrpcAddress, _router.Source(NodeRole.Router));
        Assert.NotEqual("", await client.CallAsync());
    }

    [Fact]
    public async Task Call_HostOfAnotherAuthority_IsNotMade()
    {
        _host.Replace(_stranger, _stranger.Issue("expert-host"), _authority);
        await RefusedAsync(_host.Source(), _router.Source(NodeRole.Router), byServer: false);
    }

    [Fact]
    public async Task Call_HostCertificateExpired_IsNotMade()
    {
        _host.Replace(_authority, _authority.Issue("expert-host", TimeSpan.FromDays(-3), TimeSpan.FromDays(-1)));
        await RefusedAsync(_host.Source(time: new EarlierTime()), _router.Source(NodeRole.Router), byServer: false);
    }

    [Fact]
    public async Task Call_HostCertificateForAnotherAddress_IsNotMade()
    {
        _host.Replace(_authority, _authority.Issue("expert-host", loopback: false));
        await RefusedAsync(_host.Source(), _router.Source(NodeRole.Router), byServer: false);
    }

    [Theory]
    [InlineData("expert-host", true)]
    [InlineData("expert-hosts", false)]
    public async Task Call_ServerNameIsSet_IsWhatCounts(string name, bool answered)
    {
        _host.Replace(_authority, _authority.Issue("expert-host", loopback: false));
        var router = new CertificateSource(_router.Options with { ServerName = name }, NodeRole.Router, TimeProvider.System);
        if (!answered)
        {
            await RefusedAsync(_host.Source(), router, byServer: false);
            return;
        }

        await using var server = await TestServer.StartAsync(certificates: _host.Source());
        using var client = new TestClient(server.GrpcAddress, router);
        Assert.NotEqual("", await client.CallAsync());
    }

    [Fact]
    public async Task Rotation_OfEverything_StreamsLiveOnAndNewConnectionsUseTheNewOnes()
    {
        var host = _host.Source();
        var router = _router.Source(NodeRole.Router);
        await using var server = await TestServer.StartAsync(certificates: host);
        using var client = new TestClient(server.GrpcAddress, router);
        var (stream, _) = await client.BeginAsync();

        // A new authority signs everything; the old one is trusted by nobody any more.
        using var next = new TestAuthority("next");
        _host.Replace(next, next.Issue("expert-host"));
        _router.Replace(next, next.Issue("router"));
        Assert.Equal(CertificateRefresh.Taken, host.Refresh([]));

        // The router lags behind: it must not accept what it can't check.
        using (var late = new TestClient(server.GrpcAddress, router))
        {
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(late.CallAsync)).StatusCode);
        }

        Assert.Equal(CertificateRefresh.Taken, router.Refresh([]));
        using var fresh = new TestClient(server.GrpcAddress, router);
        Assert.NotEqual("", await fresh.CallAsync());
        server.Host.Release.SetResult();
        await TestClient.FinishAsync(stream);
        stream.Dispose();
    }

    [Fact]
    public void Refuses_MixOfTlsAndNone_InBothDirections()
    {
        Assert.Contains("AuthorityFile is not set", new PeerTransport(new(), null).Refuses("https://127.0.0.1:1"), StringComparison.Ordinal);
        Assert.Contains("AuthorityFile is set", new PeerTransport(new(), _router.Source(NodeRole.Router)).Refuses("http://127.0.0.1:1"), StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(CertificateSource host, CertificateSource router, bool byServer)
    {
        await using var server = await TestServer.StartAsync(certificates: host);
        using var client = new TestClient(server.GrpcAddress, router);
        var error = await Assert.ThrowsAsync<RpcException>(client.CallAsync);

        // What the client refuses is UNAVAILABLE. What the server refuses the client learns, with TLS 1.3, after its own end
        // of the handshake: the connection breaks under the request, and how gRPC sees that is a matter of timing.
        Assert.Contains(error.StatusCode, byServer ? [StatusCode.Unavailable, StatusCode.Internal] : new[] { StatusCode.Unavailable });
        Assert.Empty(server.Host.Timeouts);
    }

    /// <summary>Two days ago: what expired since can still be loaded.</summary>
    private sealed class EarlierTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - TimeSpan.FromDays(2);
    }
}
