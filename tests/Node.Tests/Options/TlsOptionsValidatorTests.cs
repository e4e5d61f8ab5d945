using ExpertCluster.Node.Options;

namespace ExpertCluster.Node.Tests.Options;

public sealed class TlsOptionsValidatorTests
{
    [Theory]
    [InlineData(NodeRole.Router)]
    [InlineData(NodeRole.Host)]
    public void Validate_Defaults_AreFine(NodeRole role) => Assert.Empty(TlsOptionsValidator.Validate(new TlsOptions(), role));

    [Fact]
    public void Validate_RouterThatServesWithoutAuthority_IsFine() =>
        Assert.Empty(TlsOptionsValidator.Validate(new TlsOptions { CertificateFile = "c", KeyFile = "k" }, NodeRole.Router));

    [Fact]
    public void Validate_SeveralWrong_NamesAllAtOnce()
    {
        var failures = TlsOptionsValidator.Validate(
            new TlsOptions { KeyFile = "k", ClientNames = ["a b"], ServerName = "c d", ReloadSeconds = 0 }, NodeRole.Router);

        string[] settings = ["CertificateFile", "ClientNames", "ClientNames", "ServerName", "ServerName", "ReloadSeconds"];
        Assert.Equal(settings.Length, failures.Count);
        Assert.All(settings.Zip(failures), pair => Assert.StartsWith($"ExpertCluster:Tls:{pair.First} ", pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("c", "")]
    [InlineData("", "a")]
    public void Validate_HostWithHalfOfIt_NamesAuthorityFile(string certificate, string authority) => Assert.Contains(
        "AuthorityFile",
        Assert.Single(TlsOptionsValidator.Validate(new TlsOptions { CertificateFile = certificate, KeyFile = certificate, AuthorityFile = authority }, NodeRole.Host)),
        StringComparison.Ordinal);

    [Fact]
    public void Validate_ClientAuthorityWithoutCertificate_NamesIt() => Assert.Contains(
        "ClientAuthorityFile",
        Assert.Single(TlsOptionsValidator.Validate(new TlsOptions { ClientAuthorityFile = "a" }, NodeRole.Router)),
        StringComparison.Ordinal);

    [Fact]
    public void Validate_RouterThatChecksHostsWithoutACertificate_NamesAuthorityFile() => Assert.StartsWith(
        "ExpertCluster:Tls:AuthorityFile needs CertificateFile",
        Assert.Single(TlsOptionsValidator.Validate(new TlsOptions { AuthorityFile = "a" }, NodeRole.Router)),
        StringComparison.Ordinal);
}
