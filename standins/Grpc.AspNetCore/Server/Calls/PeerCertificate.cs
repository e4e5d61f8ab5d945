using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>What a client certificate says about the peer, under the names that gRPC implementations share.</summary>
internal static class PeerCertificate
{
    private const string AlternativeName = "x509_subject_alternative_name";
    private const string CommonName = "x509_common_name";

    public static AuthContext Describe(X509Certificate2 certificate)
    {
        string[] dnsNames = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames())];
        string commonName = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        if (dnsNames.Length > 0)
            properties[AlternativeName] = [.. dnsNames.Select(name => Property(AlternativeName, name))];
        if (commonName.Length > 0)
            properties[CommonName] = [Property(CommonName, commonName)];
        string? identity = dnsNames.Length > 0 ? AlternativeName : commonName.Length > 0 ? CommonName : null;
        return new AuthContext(identity, properties);
    }

    private static AuthProperty Property(string name, string value) => AuthProperty.Create(name, Encoding.UTF8.GetBytes(value));
}
