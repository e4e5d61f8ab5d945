using ExpertCluster.Node.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ExpertCluster.Node.Transport;

/// <summary>
/// What one connection may cost: every limit that HTTP/2 has here. Kestrel itself ends connections that reset streams faster
/// than they are served, or send headers without end.
/// </summary>
public static class KestrelLimits
{
    /// <summary>Sets them; both ports share them.</summary>
    public static void Apply(KestrelServerOptions kestrel, TransportOptions transport)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentNullException.ThrowIfNull(transport);
        kestrel.AddServerHeader = false;
        var http2 = kestrel.Limits.Http2;

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
}
