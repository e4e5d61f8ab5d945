using System.Security.Cryptography.X509Certificates;
using ExpertCluster.TestSupport;
using Grpc.Core;
using Microsoft.Extensions.AI;

namespace ExpertCluster.Client.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _root;

    public TlsTests()
    {
        var (certificate, key) = _authority.Issue("localhost");
        using var pair = X509Certificate2.CreateFromPem(certificate, key);
        _certificate = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        _root = X509Certificate2.CreateFromPem(_authority.Pem);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _certificate.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_AuthorityOfOnesOwn_IsTrusted(bool isDns)
    {
        await using var router = await FakeRouter.StartAsync(_certificate);
        using var client = router.Client(options =>
        {
            options.Endpoint = isDns ? $"dns:///localhost:{new Uri(router.Endpoint).Port}" : router.Endpoint;
            options.UseTls = isDns;
            options.ConfigureHandler = Trust;
        });

        Assert.Equal("It rains.", (await client.GetResponseAsync("x", cancellationToken: Cancellation)).Text);
    }

    [Fact]
    public async Task GetResponse_AuthorityNobodyKnows_IsSaidAndNoOtherTryHelps()
    {
        await using var router = await FakeRouter.StartAsync(_certificate);
        using var client = router.Client();

        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => client.GetResponseAsync("x", cancellationToken: Cancellation));

        Assert.Equal((StatusCode.Internal, false), (error.StatusCode, error.IsTransient));
        Assert.Contains("SSL", error.Message, StringComparison.Ordinal);
        Assert.Empty(router.Requests);
    }

    private void Trust(SocketsHttpHandler handler) => handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _root },
        RevocationMode = X509RevocationMode.NoCheck,
    };
}
