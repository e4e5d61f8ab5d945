using System.Net;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ExpertCluster.Node.Transport;

/// <summary>The ports of a process: their protocols, TLS, limits and age.</summary>
internal static class ServerTransport
{
    public static void Configure(
        KestrelServerOptions kestrel, NodeOptions node, TransportOptions transport, CertificateSource? certificates, TimeProvider time)
    {
        KestrelLimits.Apply(kestrel, transport);
        var address = IPAddress.Parse(node.BindAddress);
        ListenHttp(kestrel, address, node.HttpPort, certificates is { Options.PlainHttp: false } ? certificates : null, demand: false);
        ListenGrpc(kestrel, address, node.GrpcPort, certificates, new ConnectionAge(transport, time, RandomShare));
    }

    /// <summary>Two more ports, for callers of their own. Nobody asks for health there, and no proxy is known: both are as the gRPC port is.</summary>
    /// <param name="kestrel">Configured already.</param>
    /// <param name="http">0: none.</param>
    /// <param name="grpc">0: none.</param>
    /// <param name="node">Where they are bound.</param>
    /// <param name="transport">How old connections get.</param>
    /// <param name="certificates">Null for no TLS.</param>
    /// <param name="time">Of that age.</param>
    public static void Add(
        KestrelServerOptions kestrel, int http, int grpc, NodeOptions node, TransportOptions transport, CertificateSource? certificates, TimeProvider time)
    {
        var address = IPAddress.Parse(node.BindAddress);
        if (http > 0)
        {
            ListenHttp(kestrel, address, http, certificates, demand: true);
        }

        if (grpc > 0)
        {
            ListenGrpc(kestrel, address, grpc, certificates, new ConnectionAge(transport, time, RandomShare));
        }
    }

    private static void ListenHttp(KestrelServerOptions kestrel, IPAddress address, int port, CertificateSource? certificates, bool demand) =>
        kestrel.Listen(address, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            Secure(listen, certificates, demand);
        });

    private static void ListenGrpc(KestrelServerOptions kestrel, IPAddress address, int port, CertificateSource? certificates, ConnectionAge age) =>
        kestrel.Listen(address, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;

            // Outermost: what it reads at the end is whatever TLS left.
            listen.Use(next => connection => age.RunAsync(connection, next));
            Secure(listen, certificates, demand: true);
        });

    private static void Secure(ListenOptions listen, CertificateSource? certificates, bool demand)
    {
        if (certificates is { Options.Serves: true })
        {
            listen.UseHttps(ServerTls.Create(certificates, demand));
        }
    }

    // Spreads load and protects no secret.
#pragma warning disable CA5394
    private static double RandomShare() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
