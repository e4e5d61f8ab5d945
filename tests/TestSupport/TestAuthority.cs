using System.Net;
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
        MountedVolume.Write(
            folder,
            ("tls.crt", pair.Certificate),
            ("tls.key", pair.Key),
            ("ca.crt", string.Join('\n', others.Append(this).Select(a => a.Pem))));
    }

    public void Dispose() => _root.Dispose();
}
