using ExpertCluster.Cli.Running;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class ClusterTlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_NoFolder_IsPlain()
    {
        var tls = new ClusterTls(folder: null);

        Assert.Equal("http", tls.Scheme);
        Assert.Empty(tls.Settings);
    }

    [Fact]
    public void Create_Folder_TellsNodesItsFiles()
    {
        using var authority = new TestAuthority();
        authority.Mount(_folder, authority.Issue("localhost"));

        var tls = new ClusterTls(_folder.Path);

        Assert.Equal("https", tls.Scheme);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Tls__CertificateFile"] = _folder["tls.crt"],
                ["Tls__KeyFile"] = _folder["tls.key"],
                ["Tls__AuthorityFile"] = _folder["ca.crt"],
            },
            tls.Settings.ToDictionary());
    }

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("tls.key")]
    [InlineData("ca.crt")]
    public void Create_FileMissing_IsOneSentence(string missing)
    {
        using var authority = new TestAuthority();
        authority.Mount(_folder, authority.Issue("localhost"));
        File.Delete(_folder[missing]);

        var error = Assert.Throws<ClusterStartException>(() => new ClusterTls(_folder.Path));

        Assert.StartsWith("--tls: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }
}
