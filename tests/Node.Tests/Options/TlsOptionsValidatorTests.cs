using ExpertCluster.Node.Options;
using ExpertCluster.Node.Tests.Support;

namespace ExpertCluster.Node.Tests.Options;

public sealed class TlsOptionsValidatorTests
{
    public static TheoryData<string, double, bool> Boundaries => SettingFailures.Boundaries<TlsOptions>();

    [Theory]
    [InlineData(NodeRole.Router)]
    [InlineData(NodeRole.Host)]
    public void Validate_Defaults_AreFine(NodeRole role) => Assert.Empty(Failures(new TlsOptions(), role));

    [Fact]
    public void Validate_RouterThatServesWithoutAuthority_IsFine() =>
        Assert.Empty(Failures(new TlsOptions { CertificateFile = "c", KeyFile = "k" }, NodeRole.Router));

    [Fact]
    public void Validate_SeveralWrong_NamesAllAtOnce()
    {
        var failures = Failures(
            new TlsOptions { KeyFile = "k", ClientNames = ["a b"], ServerName = "c d", ReloadSeconds = 0 }, NodeRole.Router);

        string[] settings = ["ReloadSeconds", "CertificateFile", "ClientNames", "ClientNames", "ServerName", "ServerName"];
        Assert.Equal(settings.Length, failures.Count);
        Assert.All(settings.Zip(failures), pair => Assert.StartsWith($"ExpertCluster:Tls:{pair.First} ", pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("c", "")]
    [InlineData("", "a")]
    public void Validate_HostWithHalfOfIt_NamesAuthorityFile(string certificate, string authority) => Assert.Contains(
        "AuthorityFile",
        Assert.Single(Failures(new TlsOptions { CertificateFile = certificate, KeyFile = certificate, AuthorityFile = authority }, NodeRole.Host)),
        StringComparison.Ordinal);

    [Fact]
    public void Validate_ClientAuthorityWithoutCertificate_NamesIt() => Assert.Contains(
        "ClientAuthorityFile",
        Assert.Single(Failures(new TlsOptions { ClientAuthorityFile = "a" }, NodeRole.Router)),
        StringComparison.Ordinal);

    [Fact]
    public void Validate_RouterThatChecksHostsWithoutACertificate_NamesAuthorityFile() => Assert.StartsWith(
        "ExpertCluster:Tls:AuthorityFile needs CertificateFile",
        Assert.Single(Failures(new TlsOptions { AuthorityFile = "a" }, NodeRole.Router)),
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void Validate_LimitOfARange_IsTheLastThatIsAllowed(string property, double value, bool allowed) =>
        Assert.Equal(allowed ? 0 : 1, Failures(SettingFailures.With(new TlsOptions(), property, value), NodeRole.Router).Count);

    [Theory]
    [InlineData(64, 0)]
    [InlineData(65, 1)]
    public void Validate_ManyNames_AreBounded(int count, int failures) => Assert.Equal(
        failures,
        Failures(
            new TlsOptions { CertificateFile = "c", KeyFile = "k", ClientAuthorityFile = "a", ClientNames = [.. Enumerable.Repeat("router", count)] },
            NodeRole.Router).Count);

    private static IReadOnlyList<string> Failures(TlsOptions options, NodeRole role) =>
        SettingFailures.Of(options, new TlsOptionsValidator(), new TlsOptionsRules(role));
}
