using System.Net;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using ExpertCluster.Node.Tests.Support;
using ExpertCluster.Node.Transport;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Node.Tests.Security;

/// <summary>The HTTP port where callers need a certificate.</summary>
public sealed class CallerCertificatesTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TlsFolder _node;

    public CallerCertificatesTests() => _node = new TlsFolder(_authority);

    public void Dispose()
    {
        _node.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("/health/live", false, HttpStatusCode.OK)]
    [InlineData("/v1/models", false, HttpStatusCode.Forbidden)]
    [InlineData("/healthy", false, HttpStatusCode.Forbidden)]
    [InlineData("/v1/models", true, HttpStatusCode.OK)]
    public async Task Get_WithAndWithoutCertificate_AnswersByPath(string path, bool certificate, HttpStatusCode expected)
    {
        await using var server = await TestServer.StartAsync(certificates: _node.Source());
        Assert.StartsWith("https:", server.HttpAddress, StringComparison.Ordinal);

        Assert.Equal(expected, await GetAsync(server, path, certificate ? _node.Options : Anonymous));
    }

    [Fact]
    public async Task Get_PlainHttp_AnswersHealthAndNothingElse()
    {
        var source = new CertificateSource(_node.Options with { PlainHttp = true }, NodeRole.Host, TimeProvider.System);
        await using var server = await TestServer.StartAsync(certificates: source);

        Assert.StartsWith("http:", server.HttpAddress, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server, "/health/live", new TlsOptions()));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(server, "/v1/models", new TlsOptions()));
    }

    [Fact]
    public async Task Get_CertificateOfAStranger_NoConnection()
    {
        using var stranger = new TestAuthority("stranger");
        using var other = new TlsFolder(_authority);
        other.Replace(stranger, stranger.Issue("node"), _authority);
        await using var server = await TestServer.StartAsync(certificates: _node.Source());

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(server, "/health/live", other.Options));
    }

    [Fact]
    public async Task Get_RouterWithoutClientAuthority_IsOpenToAll()
    {
        await using var server = await TestServer.StartAsync(certificates: _node.Source(NodeRole.Router));

        Assert.Equal(HttpStatusCode.OK, await GetAsync(server, "/v1/models", Anonymous));
    }

    private TlsOptions Anonymous => new() { AuthorityFile = _node.Options.AuthorityFile };

    private static async Task<HttpStatusCode> GetAsync(TestServer server, string path, TlsOptions tls)
    {
        using var client = new HttpClient(PeerTransport.ForClient(new TransportOptions(), tls).CreateHttpHandler());
        using var response = await client.GetAsync(new Uri(server.HttpAddress + path), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
