using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Node.Tests.Support;

/// <summary>A mounted secret, and the options that name its files.</summary>
internal sealed class TlsFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TlsFolder(TestAuthority authority, string name = "node", TimeSpan? from = null, TimeSpan? until = null, params string[] usages) =>
        authority.Mount(_folder, authority.Issue(name, from, until, usages: usages));

    public TlsOptions Options => new()
    {
        CertificateFile = _folder["tls.crt"],
        KeyFile = _folder["tls.key"],
        AuthorityFile = _folder["ca.crt"],
    };

    public CertificateSource Source(NodeRole role = NodeRole.Host, TimeProvider? time = null) => new(Options, role, time ?? TimeProvider.System);

    public void Replace(TestAuthority authority, (string Certificate, string Key) pair, params TestAuthority[] others) =>
        authority.Mount(_folder, pair, others);

    /// <summary>Writes through the links, as no orderly tool does.</summary>
    public void Overwrite(string file, string text) => File.WriteAllText(_folder[file], text);

    public string Read(string file) => File.ReadAllText(_folder[file]);

    public void Dispose() => _folder.Dispose();
}
