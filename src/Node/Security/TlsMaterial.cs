using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExpertCluster.Node.Options;

namespace ExpertCluster.Node.Security;

/// <summary>
/// Certificates that belong together, ready for handshakes. Immutable. It is never disposed of: a handshake may use it after a
/// newer one took its place, and a rotation is rare enough for the garbage collector.
/// </summary>
internal sealed class TlsMaterial
{
    private TlsMaterial(string fingerprint, SslStreamCertificateContext? own, X509Certificate2Collection authority, X509Certificate2Collection callers)
    {
        Fingerprint = fingerprint;
        Own = own;
        Authority = authority;
        Callers = callers;
    }

    /// <summary>Of the files that it came from.</summary>
    public string Fingerprint { get; }

    /// <summary>This process' certificate with its intermediates; null where it has none.</summary>
    public SslStreamCertificateContext? Own { get; }

    /// <summary>Who signs hosts' certificates; empty where none is named.</summary>
    public X509Certificate2Collection Authority { get; }

    /// <summary>Who signs callers' certificates; empty where callers need none.</summary>
    public X509Certificate2Collection Callers { get; }

    /// <summary>When the first of our own certificates expires.</summary>
    public DateTimeOffset? Expiry => Own is null
        ? null
        : Own.IntermediateCertificates.Append(Own.TargetCertificate).Min(c => new DateTimeOffset(c.NotAfter.ToUniversalTime()));

    /// <summary>Null where the files make no usable whole, with the reasons.</summary>
    public static TlsMaterial? Load(TlsFiles files, DateTimeOffset now, List<string> failures)
    {
        int before = failures.Count;
        var own = files.Certificate.Length == 0 && files.Key.Length == 0 ? null : LoadOwn(files, now, failures);
        var authority = LoadAuthorities(files.Authority, nameof(TlsOptions.AuthorityFile), failures);
        var callers = files.Callers == files.Authority
            ? authority
            : LoadAuthorities(files.Callers, nameof(TlsOptions.ClientAuthorityFile), failures);
        return failures.Count == before ? new TlsMaterial(files.Fingerprint, own, authority, callers) : null;
    }

    /// <summary>How a peer's certificate is checked: by these authorities alone, never the machine's; nothing is downloaded.</summary>
    public static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,

            // Authorities inside a cluster publish no revocation lists; short lives and rotation take their place.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static SslStreamCertificateContext? LoadOwn(TlsFiles files, DateTimeOffset now, List<string> failures)
    {
        var chain = Parse(files.Certificate, nameof(TlsOptions.CertificateFile), failures);
        if (chain.Count == 0)
        {
            return null;
        }

        var leaf = chain[0];
        if (leaf.NotAfter.ToUniversalTime() <= now.UtcDateTime || leaf.NotBefore.ToUniversalTime() > now.UtcDateTime)
        {
            failures.Add(FormattableString.Invariant(
                $"{TlsOptions.Section}:{nameof(TlsOptions.CertificateFile)} is valid from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u} only"));
            return null;
        }

        try
        {
            var own = X509Certificate2.CreateFromPem(files.Certificate, files.Key);
            return SslStreamCertificateContext.Create(own, [.. chain.Skip(1)], offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            failures.Add(
                $"{TlsOptions.Section}:{nameof(TlsOptions.KeyFile)} has no private key in PEM, not encrypted, that fits CertificateFile: {error.Message}");
            return null;
        }
    }

    private static X509Certificate2Collection LoadAuthorities(string pem, string setting, List<string> failures) =>
        pem.Length == 0 ? [] : Parse(pem, setting, failures);

    private static X509Certificate2Collection Parse(string pem, string setting, List<string> failures)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(pem);
            if (certificates.Count == 0)
            {
                failures.Add($"{TlsOptions.Section}:{setting} has no certificate in PEM");
            }
        }
        catch (CryptographicException error)
        {
            failures.Add($"{TlsOptions.Section}:{setting} has a certificate that can't be read: {error.Message}");
        }

        return certificates;
    }
}
