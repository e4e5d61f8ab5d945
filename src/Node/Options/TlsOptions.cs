using ExpertCluster.Node.Settings;

namespace ExpertCluster.Node.Options;

/// <summary>
/// Transport security of the HTTP and gRPC ports: configuration section "ExpertCluster:Tls". Files are PEM, as a Kubernetes
/// secret mounts them; they are read again while the process runs. All empty (the default): no TLS. Checked by
/// <see cref="TlsOptionsValidator"/> and <see cref="TlsOptionsRules"/>.
/// </summary>
[Settings(Section)]
public sealed record TlsOptions
{
    public const string Section = SettingsSection.Root + ":Tls";

    /// <summary>The certificate of this process, then any intermediates, in PEM. It serves both ports, and a router shows it to hosts.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>The private key of <see cref="CertificateFile"/>, not encrypted.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>
    /// Root authorities of the cluster's own certificates, the only ones trusted (never the machine's). A router checks hosts with it, and
    /// then calls no host without TLS; a host checks routers with it, and takes gRPC from nobody without a certificate of it. A host with
    /// TLS needs it. With it, silos speak TLS to each other: both ends show a certificate of this authority, so certificates must be good
    /// for servers and for clients.
    /// </summary>
    public string AuthorityFile { get; init; } = "";

    /// <summary>
    /// Root authorities of those who may call this process. Without it callers of a router need no certificate. Where set, the gRPC port
    /// takes no connection without one, and the HTTP port answers 403 to all but health and metrics.
    /// </summary>
    [SettingDefault("hosts: `AuthorityFile`; routers: none")]
    public string ClientAuthorityFile { get; init; } = "";

    /// <summary>
    /// DNS names or IP addresses (subject alternative names), 64 at most, of which a caller's certificate must have one, for example the
    /// router's on hosts. None: any certificate of the authority will do.
    /// </summary>
    public string[] ClientNames { get; init; } = [];

    /// <summary>The subject alternative name that a router expects in every host's certificate.</summary>
    [SettingDefault("the address that the host advertises")]
    public string ServerName { get; init; } = "";

    /// <summary>Leaves the HTTP port without TLS, for a proxy on the same machine that ends TLS.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>Time between two looks at the files.</summary>
    [SettingRange(1, 3600, Unit = "seconds")]
    public int ReloadSeconds { get; init; } = 5;

    /// <summary>Whether this process serves with TLS.</summary>
    public bool Serves => CertificateFile.Length > 0;

    /// <summary>Whether any file is named.</summary>
    public bool Enabled => Serves || AuthorityFile.Length > 0;

    /// <summary>The file that callers are checked with; empty: callers need no certificate.</summary>
    public string CallersFile(NodeRole role) =>
        ClientAuthorityFile.Length > 0 || role == NodeRole.Router ? ClientAuthorityFile : AuthorityFile;
}
