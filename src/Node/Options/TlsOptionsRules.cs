using ExpertCluster.Node.Settings;

namespace ExpertCluster.Node.Options;

/// <summary>What crosses the settings of <see cref="TlsOptions"/>. The files' contents are checked where they are loaded.</summary>
public sealed class TlsOptionsRules(NodeRole role) : SettingsRules<TlsOptions>
{
    private const int MostNames = 64;

    protected override IEnumerable<(string Property, string Problem)> ProblemsOf(TlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (bool Holds, string Property, string Problem)[] rules =
        [
            (options.Serves || options.KeyFile.Length == 0, nameof(options.CertificateFile), "must be set with KeyFile"),
            (!options.Serves || options.KeyFile.Length > 0, nameof(options.KeyFile), "must be set with CertificateFile"),
            (options.Serves || options.ClientAuthorityFile.Length == 0, nameof(options.ClientAuthorityFile),
                "needs CertificateFile and KeyFile: without TLS nobody can show a certificate"),
            (role == NodeRole.Router || options.Serves == options.AuthorityFile.Length > 0, nameof(options.AuthorityFile),
                "and CertificateFile go together on a host: it lets nobody in but routers, and knows them by their authority"),
            (role == NodeRole.Host || options.Serves || options.AuthorityFile.Length == 0, nameof(options.AuthorityFile),
                "needs CertificateFile and KeyFile on a router: hosts and silos that are checked with it check this process, too"),
            (options.ClientNames.Length == 0 || options.CallersFile(role).Length > 0, nameof(options.ClientNames),
                "needs ClientAuthorityFile: names of certificates that nobody checks mean nothing"),
            (options.ClientNames.Length <= MostNames && options.ClientNames.All(IsHost), nameof(options.ClientNames),
                $"must be up to {MostNames} DNS names or IP addresses"),
            (options.ServerName.Length == 0 || IsHost(options.ServerName), nameof(options.ServerName),
                $"'{options.ServerName}' is not a DNS name or an IP address"),
            (options.ServerName.Length == 0 || options.AuthorityFile.Length > 0, nameof(options.ServerName),
                "needs AuthorityFile, which hosts' certificates are checked with"),
        ];
        return rules.Where(rule => !rule.Holds).Select(rule => (rule.Property, rule.Problem));
    }

    private static bool IsHost(string name) => Uri.CheckHostName(name) != UriHostNameType.Unknown;
}
