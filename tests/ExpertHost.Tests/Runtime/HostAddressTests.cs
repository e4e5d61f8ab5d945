using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Node.Options;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class HostAddressTests
{
    [Theory]
    [InlineData("", "http://127.0.0.1:5007")]
    [InlineData("10.0.0.7", "http://10.0.0.7:5007")]
    [InlineData("host-7.hosts", "http://host-7.hosts:5007")]
    public void Of_WithoutCertificate_IsPlain(string advertised, string expected) =>
        Assert.Equal(expected, HostAddress.Of(new NodeOptions { AdvertisedAddress = advertised, GrpcPort = 5007 }, new TlsOptions()));

    [Fact]
    public void Of_ServingTls_SaysSo() => Assert.StartsWith(
        "https://", HostAddress.Of(new NodeOptions(), new TlsOptions { CertificateFile = "a.pem", KeyFile = "a.key" }), StringComparison.Ordinal);
}
