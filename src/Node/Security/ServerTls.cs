using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ExpertCluster.Node.Security;

/// <summary>The server's end of a handshake: the certificate of the moment, and who may come in.</summary>
internal static class ServerTls
{
    /// <summary>Longer than any honest handshake; connections that never finish one are cheap to open.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="source">Where the certificates come from.</param>
    /// <param name="demand">
    /// Whether callers must show a certificate, where their authority is set. If not, one without is let in (and the HTTP
    /// port tells it little: <see cref="CallerCertificates"/>), one with a bad certificate never.
    /// </param>
    public static TlsHandshakeCallbackOptions Create(CertificateSource source, bool demand) => new()
    {
        HandshakeTimeout = Patience,
        OnConnection = _ => ValueTask.FromResult(Options(source.Current, source.Options.ClientNames, demand)),
    };

    private static SslServerAuthenticationOptions Options(TlsMaterial material, string[] names, bool demand)
    {
        var options = new SslServerAuthenticationOptions { ServerCertificateContext = material.Own };
        if (material.Callers.Count > 0)
        {
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = TlsMaterial.PolicyOf(material.Callers);
            options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is X509Certificate2 shown
                ? errors == SslPolicyErrors.None && HasName(shown, names)
                : !demand;
        }

        return options;
    }

    private static bool HasName(X509Certificate2 certificate, string[] names) =>
        names.Length == 0 || names.Any(n => certificate.MatchesHostname(n, allowWildcards: false, allowCommonName: false));
}
