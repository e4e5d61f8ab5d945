using System.Net.Security;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace ExpertCluster.Node.Security;

/// <summary>
/// TLS between silos, both ends with certificates of the cluster's authority: the ones of this moment, as on the ports. A silo is
/// reached by its address, which a certificate need not name; that the cluster's authority signed it makes it a member.
/// </summary>
internal static class SiloTls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Use(ISiloBuilder silo, CertificateSource source) => silo.UseTls(tls =>
    {
        tls.HandshakeTimeout = Patience;

        // The package wants one; the callbacks below give the current one to each handshake.
        tls.LocalCertificate = source.Current.Own!.TargetCertificate;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.CheckCertificateRevocation = false;
        tls.RemoteCertificateValidation = (_, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        tls.OnAuthenticateAsServer = (_, handshake) =>
        {
            var server = (SslServerAuthenticationOptions)handshake.SslServerAuthenticationOptions;
            (server.ServerCertificate, server.ServerCertificateSelectionCallback) = (null, null);
            server.ServerCertificateContext = source.Current.Own;
            server.CertificateChainPolicy = TlsMaterial.PolicyOf(source.Current.Authority);
        };
        tls.OnAuthenticateAsClient = (_, handshake) =>
        {
            var client = (SslClientAuthenticationOptions)handshake.SslClientAuthenticationOptions;
            (client.ClientCertificates, client.LocalCertificateSelectionCallback) = (null, null);
            client.ClientCertificateContext = source.Current.Own;
            client.CertificateChainPolicy = TlsMaterial.PolicyOf(source.Current.Authority);
        };
    });
}
