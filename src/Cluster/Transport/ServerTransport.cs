using System.Net;
using ExpertCluster.Cluster.Options;
using ExpertCluster.Cluster.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ExpertCluster.Cluster.Transport;

/// <summary>The two ports of a process: their protocols, TLS, and every limit that HTTP/2 has here.</summary>
internal static class ServerTransport
{
    public static void Configure(
        KestrelServerOptions kestrel, NodeOptions node, TransportOptions transport, CertificateSource? certificates, TimeProvider time)
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits.Http2, transport);
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

    private static void Limit(Http2Limits http2, TransportOptions transport)
    {
        // A client that vanished without a word must not hold its streams' slots.
        if (transport.KeepAliveSeconds > 0)
        {
            http2.KeepAlivePingDelay = TimeSpan.FromSeconds(transport.KeepAliveSeconds);
            http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(transport.KeepAliveTimeoutSeconds);
        }

        // A router streams many answers from one host over few connections; 100, the default, would make it open more.
        http2.MaxStreamsPerConnection = transport.StreamsPerConnection;

        // gRPC headers are method, timeout, trace context and a token or two. All headers of a request stay under the
        // 32 KiB of Kestrel's total limit, one under 8 KiB, and the table that compresses them under 4 KiB a connection.
        http2.MaxRequestHeaderFieldSize = 8 * 1024;
        http2.HeaderTableSize = 4 * 1024;

        // Requests are one message: a prompt. What a client can make the server hold unread is the window: 128 KiB a stream,
        // 1 MiB a connection. A longer prompt is read as it comes.
        http2.InitialStreamWindowSize = 128 * 1024;
        http2.InitialConnectionWindowSize = 1024 * 1024;

        // The least that the protocol allows: a frame is buffered whole, and nobody here sends large ones.
        http2.MaxFrameSize = 16 * 1024;
    }

    // Spreads load and protects no secret.
#pragma warning disable CA5394
    private static double RandomShare() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
