using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using ExpertCluster.Node.Tests.Support;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Node.Tests.Security;

public sealed class CertificateSourceTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TlsFolder _folder;

    public CertificateSourceTests() => _folder = new TlsFolder(_authority);

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void Open_KeyOfAnotherCertificate_NamesKeyFile()
    {
        _folder.Overwrite("tls.key", _authority.Issue("other").Key);

        Assert.Contains("ExpertCluster:Tls:KeyFile", Assert.Single(OpenFailures(_folder.Options)), StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("tls.crt", "CertificateFile", "fifo", "is no regular file but a FIFO")]
    [InlineData("tls.key", "KeyFile", "socket", "is no regular file but a socket")]
    [InlineData("ca.crt", "AuthorityFile", "device", "is no regular file but a device")]
    public Task Open_NoFileInAFilesPlace_NamesSettingAndKind(string file, string setting, string kind, string problem) => Task.Run(() =>
    {
        string path = Path.Combine(Path.GetDirectoryName(_folder.Options.KeyFile)!, file);
        SpecialFile.Put(path, kind);

        Assert.StartsWith($"ExpertCluster:Tls:{setting} '{path}' {problem}", OpenFailures(_folder.Options)[0], StringComparison.Ordinal);
    });

    [Fact]
    public void Open_FilesMissing_NamesEach()
    {
        var failures = OpenFailures(new TlsOptions { CertificateFile = "/none/a", KeyFile = "/none/b", AuthorityFile = "/none/c", ClientAuthorityFile = "/none/d" });

        string[] settings = ["CertificateFile", "KeyFile", "AuthorityFile", "ClientAuthorityFile"];
        Assert.Equal(settings.Length, failures.Count);
        Assert.All(settings.Zip(failures), pair => Assert.StartsWith($"ExpertCluster:Tls:{pair.First} '/none/", pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Open_AuthorityIsNoCertificate_NamesAuthorityFile()
    {
        _folder.Overwrite("ca.crt", "-----BEGIN NOTHING-----");

        Assert.Contains("ExpertCluster:Tls:AuthorityFile", Assert.Single(OpenFailures(_folder.Options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-2, -1)]
    [InlineData(1, 2)]
    public void Open_CertificateOfAnotherTime_NamesCertificateFile(int fromDays, int untilDays)
    {
        _folder.Replace(_authority, _authority.Issue("node", TimeSpan.FromDays(fromDays), TimeSpan.FromDays(untilDays)));

        Assert.Contains("ExpertCluster:Tls:CertificateFile is valid from", Assert.Single(OpenFailures(_folder.Options)), StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_NothingChanged_KeepsTheSame()
    {
        var source = _folder.Source();
        var before = source.Current;

        Assert.Equal(CertificateRefresh.Unchanged, source.Refresh([]));
        Assert.Same(before, source.Current);
    }

    [Fact]
    public void Refresh_LinkSwapped_TakesTheNewPair()
    {
        var source = _folder.Source();
        string before = source.Current.Own!.TargetCertificate.Thumbprint;

        _folder.Replace(_authority, _authority.Issue("node"));

        Assert.Equal(CertificateRefresh.Taken, source.Refresh([]));
        Assert.NotEqual(before, source.Current.Own!.TargetCertificate.Thumbprint);
    }

    [Theory]
    [InlineData("tls.crt", "CertificateFile")]
    [InlineData("tls.key", "KeyFile")]
    [InlineData("ca.crt", "AuthorityFile")]
    public void Refresh_HalfAFile_KeepsTheOldOnes(string file, string setting)
    {
        var source = _folder.Source();
        var before = source.Current;
        _folder.Overwrite(file, _folder.Read(file)[..80]);

        List<string> failures = [];
        Assert.Equal(CertificateRefresh.Failed, source.Refresh(failures));
        Assert.Same(before, source.Current);
        Assert.Contains($"ExpertCluster:Tls:{setting}", Assert.Single(failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_NewPairExpired_KeepsTheOldOne()
    {
        var source = _folder.Source();
        var before = source.Current;
        _folder.Replace(_authority, _authority.Issue("node", TimeSpan.FromDays(-2), TimeSpan.FromDays(-1)));

        Assert.Equal(CertificateRefresh.Failed, source.Refresh([]));
        Assert.Same(before, source.Current);
    }

    private static List<string> OpenFailures(TlsOptions options) =>
        [.. Assert.Throws<OptionsValidationException>(() => new CertificateSource(options, NodeRole.Host, TimeProvider.System)).Failures];
}
