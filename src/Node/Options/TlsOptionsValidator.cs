namespace ExpertCluster.Node.Options;

/// <summary>Reports every failure at once, each with the setting's name. The files' contents are checked where they are loaded.</summary>
public static class TlsOptionsValidator
{
    private const int MostNames = 64;

    public static IReadOnlyList<string> Validate(TlsOptions options, NodeRole role)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [];
        Require(options.Serves || options.KeyFile.Length == 0, nameof(options.CertificateFile), "must be set with KeyFile");
        Require(!options.Serves || options.KeyFile.Length > 0, nameof(options.KeyFile), "must be set with CertificateFile");
        Require(
            options.Serves || options.ClientAuthorityFile.Length == 0,
            nameof(options.ClientAuthorityFile),
            "needs CertificateFile and KeyFile: without TLS nobody can show a certificate");
        Require(
            role == NodeRole.Router || options.Serves == options.AuthorityFile.Length > 0,
            nameof(options.AuthorityFile),
            "and CertificateFile go together on a host: it lets nobody in but routers, and knows them by their authority");
        Require(
            role == NodeRole.Host || options.Serves || options.AuthorityFile.Length == 0,
            nameof(options.AuthorityFile),
            "needs CertificateFile and KeyFile on a router: hosts and silos that are checked with it check this process, too");
        Require(
            options.ClientNames.Length == 0 || options.CallersFile(role).Length > 0,
            nameof(options.ClientNames),
            "needs ClientAuthorityFile: names of certificates that nobody checks mean nothing");
        Require(
            options.ClientNames.Length <= MostNames && options.ClientNames.All(n => Uri.CheckHostName(n) != UriHostNameType.Unknown),
            nameof(options.ClientNames),
            $"must be up to {MostNames} DNS names or IP addresses");
        Require(
            options.ServerName.Length == 0 || Uri.CheckHostName(options.ServerName) != UriHostNameType.Unknown,
            nameof(options.ServerName),
            $"'{options.ServerName}' is not a DNS name or an IP address");
        Require(
            options.ServerName.Length == 0 || options.AuthorityFile.Length > 0,
            nameof(options.ServerName),
            "needs AuthorityFile, which hosts' certificates are checked with");
        Require(
            options.ReloadSeconds is >= 1 and <= 3600,
            nameof(options.ReloadSeconds),
            $"is {options.ReloadSeconds}; it must be 1 to 3600 seconds");
        return failures;

        void Require(bool holds, string setting, string problem)
        {
            if (!holds)
            {
                failures.Add($"{TlsOptions.Section}:{setting} {problem}");
            }
        }
    }
}
