using System.Net;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ExpertCluster.Node.Transport;

/// <summary>The two ports of a process: their protocols, TLS, limits and age.</summary>
internal static class ServerTransport
{
    public static void Configure(
        KestrelServerOptions kestrel, NodeOptions node, TransportOptions transport, CertificateSource? certificates, TimeProvider time)
    {
        KestrelLimits.Apply(kestrel, transport);
        var tls = certificates is { Options.Serves: true } ? certificates : null;
        var age = new ConnectionAge(transport, time, RandomShare);
        var address = IPAddress.Parse(node.BindAddress);
        kestrel.Listen(address, node.HttpPort, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            Secure(listen, tls is { Options.PlainHttp: false } ? tls : null, demand: false);
        });
        kestrel.Listen(address, node.GrpcPort, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;

            // Outermost: what it reads at the end is whatever TLS left.
            listen.Use(next => connection => age.RunAsync(connection, next));
            Secure(listen, tls, demand: true);
        });
    }

    private static void Secure(ListenOptions listen, CertificateSource? tls, bool demand)
    {
        if (tls is not null)
        {
            listen.UseHttps(ServerTls.Create(tls, demand));
        }
    }

    // Spreads load and protects no secret.
#pragma warning disable CA5394
    private static double RandomShare() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
