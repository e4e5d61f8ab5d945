using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;

namespace ExpertCluster.Node.Transport;

/// <summary>How this process connects to others by gRPC: keepalive, the age of connections, TLS with the certificates of the moment.</summary>
public sealed class PeerTransport
{
    private readonly TransportOptions _options;
    private readonly CertificateSource? _certificates;

    internal PeerTransport(TransportOptions options, CertificateSource? certificates)
    {
        _options = options;
        _certificates = certificates is { Options.AuthorityFile.Length: > 0 } ? certificates : null;
    }

    /// <summary>For a program that only calls.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A certificate file can't be used.</exception>
    public static PeerTransport ForClient(TransportOptions transport, TlsOptions tls)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(tls);
        return new PeerTransport(transport, tls.Enabled ? new CertificateSource(tls, NodeRole.Router, TimeProvider.System) : null);
    }

    /// <summary>
    /// Why this process calls nobody at an address, or null: one who has an authority to check others with never talks to
    /// somebody unchecked.
    /// </summary>
    public string? Refuses(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        bool secure = address.StartsWith("https:", StringComparison.Ordinal);
        return (secure, _certificates) switch
        {
            (true, null) => $"{address} speaks TLS and {TlsOptions.Section}:{nameof(TlsOptions.AuthorityFile)} is not set here",
            (false, not null) => $"{address} speaks no TLS and {TlsOptions.Section}:{nameof(TlsOptions.AuthorityFile)} is set here",
            _ => null,
        };
    }

    /// <summary>A handler for the connections to one peer, for its owner to dispose of.</summary>
    public SocketsHttpHandler CreateHandler() => CreateHandler(SslApplicationProtocol.Http2);

    /// <summary>The same for HTTP/1.1.</summary>
    public SocketsHttpHandler CreateHttpHandler() => CreateHandler(SslApplicationProtocol.Http11);

    private SocketsHttpHandler CreateHandler(SslApplicationProtocol protocol)
    {
        return new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(_options.HostConnectSeconds),

            // A host that hangs or vanished without a word is noticed within seconds, not after a TCP timeout.
            KeepAlivePingDelay = TimeSpan.FromSeconds(_options.HostKeepAliveSeconds),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(_options.HostKeepAliveTimeoutSeconds),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,

            // No call starts on a connection past its age; those that run on it go on.
            PooledConnectionLifetime = _options.ConnectionMaxAgeSeconds > 0
                ? TimeSpan.FromSeconds(_options.ConnectionMaxAgeSeconds)
                : Timeout.InfiniteTimeSpan,

            // Without TLS, too: a gRPC channel over a handler with no callback of its own keeps sockets itself, and when one closes
            // while another opens, calls that wait for it wait until somebody else calls.
            ConnectCallback = (context, cancellation) => ConnectAsync(context, protocol, cancellation),
        };
    }

    /// <summary>
    /// Connects, and where there are certificates shakes hands with those of this moment; the handler's own TLS settings are fixed when
    /// it is made. SslStream itself checks the peer's chain and name, and nothing here overrules it.
    /// </summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, SslApplicationProtocol protocol, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            var plain = new NetworkStream(socket, ownsSocket: true);
            if (_certificates is null)
            {
                return plain;
            }

            var stream = new SslStream(plain);
            await stream.AuthenticateAsClientAsync(Handshake(context.DnsEndPoint.Host, protocol), cancellation);
            return stream;
        }
        catch (AuthenticationException error)
        {
            // As an I/O error it is UNAVAILABLE to gRPC, which it is: another host, or this one a minute later, may do.
            socket.Dispose();
            throw new IOException($"TLS with {context.DnsEndPoint.Host}:{context.DnsEndPoint.Port} failed: {error.Message}", error);
        }
        catch
        {
            // The streams above it hold nothing else.
            socket.Dispose();
            throw;
        }
    }

    private SslClientAuthenticationOptions Handshake(string host, SslApplicationProtocol protocol)
    {
        var material = _certificates!.Current;
        return new SslClientAuthenticationOptions
        {
            TargetHost = _certificates.Options.ServerName.Length > 0 ? _certificates.Options.ServerName : host,
            ApplicationProtocols = [protocol],
            CertificateChainPolicy = TlsMaterial.PolicyOf(material.Authority),
            ClientCertificateContext = material.Own,
        };
    }
}
