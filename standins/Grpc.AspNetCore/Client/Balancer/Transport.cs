using System.Net.Sockets;
using Grpc.Net.Client.Calls;

namespace Grpc.Net.Client.Balancer;

/// <summary>Makes an HTTP handler open its connections through subchannels, if it is one that lets us.</summary>
internal static class Transport
{
    // https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md: MIN_CONNECT_TIMEOUT
    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(20);

    private static readonly Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Connect = ConnectAsync;

    public static SocketsHttpHandler NewHandler(bool mayUseProxy) => new()
    {
        EnableMultipleHttp2Connections = true,
        UseCookies = false,
        UseProxy = mayUseProxy,
        ConnectTimeout = DefaultConnectTimeout,
    };

    /// <summary>How long the handler lets a connection take; null: it connects by itself, and nobody sees how.</summary>
    public static TimeSpan? Prepare(HttpMessageHandler? handler, Uri address)
    {
        while (handler is DelegatingHandler outer)
            handler = outer.InnerHandler;
        if (handler is not SocketsHttpHandler sockets)
            return null;
        // Channels may share a handler.
        if (sockets.ConnectCallback == Connect)
            return sockets.ConnectTimeout;
        if (sockets.ConnectCallback is not null || HasProxy(sockets, address))
            return null;
        try
        {
            sockets.ConnectCallback = Connect;
        }
        catch (InvalidOperationException)
        {
            // It has sent requests for somebody else, and can't be changed any more.
            return null;
        }
        return sockets.ConnectTimeout;
    }

    // A proxy opens the connection to the server, so there would be no telling how the server is.
    private static bool HasProxy(SocketsHttpHandler handler, Uri address) =>
        handler.UseProxy && (handler.Proxy ?? HttpClient.DefaultProxy) is { } proxy
        && !proxy.IsBypassed(address) && proxy.GetProxy(address) is { } through && through != address;

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (context.InitialRequestMessage is GrpcRequest { Connection: { } connection })
            return await connection.OpenStreamAsync(cancellationToken).ConfigureAwait(false);
        // Another user of the handler, or a copy that some handler made of our request.
        Socket socket = await SubchannelConnection.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
