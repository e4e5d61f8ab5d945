using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ExpertCluster.TestSupport;

/// <summary>A certificate authority of the moment, and the PEM files that it issues.</summary>
public sealed class TestAuthority : IDisposable
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _root;

    public TestAuthority(string name = "test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        _root = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
    }

    public string Pem => _root.ExportCertificatePem();

    /// <summary>Certificate and key for a DNS name and for the loopback address, for both ends unless usages are named.</summary>
    public (string Certificate, string Key) Issue(
        string name, TimeSpan? from = null, TimeSpan? until = null, bool loopback = true, params string[] usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (loopback)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        OidCollection purposes = [];
        foreach (string usage in usages is [] ? [ServerAuth, ClientAuth] : usages)
        {
            purposes.Add(new Oid(usage));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposes, false));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(
            _root, now + (from ?? TimeSpan.FromDays(-1)), now + (until ?? TimeSpan.FromDays(1)), RandomNumberGenerator.GetBytes(8));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes a folder as Kubernetes mounts it: links to `..data`, itself a link that is swapped at once.</summary>
    public void Mount(TemporaryFolder folder, (string Certificate, string Key) pair, params TestAuthority[] others)
    {
        string version = Path.GetRandomFileName();
        Directory.CreateDirectory(folder[version]);
        File.WriteAllText(Path.Combine(folder[version], "tls.crt"), pair.Certificate);
        File.WriteAllText(Path.Combine(folder[version], "tls.key"), pair.Key);
        File.WriteAllText(Path.Combine(folder[version], "ca.crt"), string.Join('\n', others.Append(this).Select(a => a.Pem)));
        File.CreateSymbolicLink(folder["..new"], version);
        if (Rename(folder["..new"], folder["..data"]) != 0)
        {
            throw new IOException($"..data in {folder.Path} could not be swapped: error {Marshal.GetLastPInvokeError()}");
        }

        foreach (string file in (string[])["tls.crt", "tls.key", "ca.crt"])
        {
            if (!File.Exists(folder[file]))
            {
                File.CreateSymbolicLink(folder[file], Path.Combine("..data", file));
            }
        }
    }

    public void Dispose() => _root.Dispose();

    // File.Move follows the link and refuses folders.
    [DllImport("libc", EntryPoint = "rename", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename(string from, string to);
}
