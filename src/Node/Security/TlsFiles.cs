using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Files;
using ExpertCluster.Node.Options;

namespace ExpertCluster.Node.Security;

/// <summary>What the files held at one moment.</summary>
internal sealed class TlsFiles
{
    /// <summary>Bytes a file may have: a chain or a bundle of authorities takes a few thousand.</summary>
    private const int MostBytes = 1 << 20;

    private TlsFiles(string certificate, string key, string authority, string callers)
    {
        Certificate = certificate;
        Key = key;
        Authority = authority;
        Callers = callers;
        Fingerprint = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', certificate, key, authority, callers))));
    }

    public string Certificate { get; }

    public string Key { get; }

    public string Authority { get; }

    /// <summary>Authorities of callers.</summary>
    public string Callers { get; }

    /// <summary>Tells one content from another.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads all files that the options name; null where one can't be read, with the reasons.</summary>
    public static TlsFiles? Read(TlsOptions options, NodeRole role, List<string> failures)
    {
        int before = failures.Count;
        string callers = options.CallersFile(role);
        string callersSetting = options.ClientAuthorityFile.Length > 0 ? nameof(options.ClientAuthorityFile) : nameof(options.AuthorityFile);
        var files = new TlsFiles(
            Text(options.CertificateFile, nameof(options.CertificateFile), failures),
            Text(options.KeyFile, nameof(options.KeyFile), failures),
            Text(options.AuthorityFile, nameof(options.AuthorityFile), failures),
            Text(callers, callersSetting, failures));
        return failures.Count == before ? files : null;
    }

    private static string Text(string path, string setting, List<string> failures)
    {
        if (path.Length == 0)
        {
            return "";
        }

        try
        {
            return Encoding.UTF8.GetString(RegularFile.ReadAllBytes(path, MostBytes));
        }
        catch (FileRefusedException refused)
        {
            failures.Add($"{TlsOptions.Section}:{setting} '{path}' {refused.Problem}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failures.Add($"{TlsOptions.Section}:{setting} '{path}' can't be read: {error.Message}");
        }

        return "";
    }
}
