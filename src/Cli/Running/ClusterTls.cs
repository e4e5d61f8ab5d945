using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Cli.Running;

/// <summary>TLS of a cluster on this machine: one folder with tls.crt, tls.key and ca.crt for all processes, or none.</summary>
internal sealed class ClusterTls
{
    private readonly TlsOptions _options;

    /// <param name="folder">Null for none. The certificate must be for 127.0.0.1, for servers and clients.</param>
    /// <exception cref="ClusterStartException">The folder lacks what is needed.</exception>
    public ClusterTls(string? folder)
    {
        _options = folder is null ? new TlsOptions() : new TlsOptions
        {
            CertificateFile = Path.GetFullPath("tls.crt", Path.GetFullPath(folder)),
            KeyFile = Path.GetFullPath("tls.key", Path.GetFullPath(folder)),
            AuthorityFile = Path.GetFullPath("ca.crt", Path.GetFullPath(folder)),
        };
        try
        {
            Transport = PeerTransport.ForClient(new TransportOptions(), _options);
        }
        catch (OptionsValidationException error)
        {
            throw new ClusterStartException($"--tls: {error.Message}");
        }
    }

    /// <summary>How this process calls the cluster.</summary>
    public PeerTransport Transport { get; }

    public string Scheme => _options.Serves ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;

    /// <summary>What router and hosts are told.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings => !_options.Serves ? [] :
    [
        new($"Tls__{nameof(TlsOptions.CertificateFile)}", _options.CertificateFile),
        new($"Tls__{nameof(TlsOptions.KeyFile)}", _options.KeyFile),
        new($"Tls__{nameof(TlsOptions.AuthorityFile)}", _options.AuthorityFile),
    ];
}
