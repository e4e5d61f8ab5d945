using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>From what HttpClient throws to a status.</summary>
internal static class TransportStatus
{
    /// <summary>
    /// A connection that cannot be made, or breaks, is UNAVAILABLE: so is a stream whose server died. A stream that the server
    /// reset, or a connection that it closed with GOAWAY, goes by the HTTP/2 error code, and is INTERNAL for most of them.
    /// </summary>
    public static Status From(string summary, Exception exception)
    {
        StatusCode? code = null;
        bool connection = false;
        string text = summary;
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            text += $" {e.GetType().Name}: {e.Message}";
            if (e is HttpProtocolException protocol)
                code = IsPingTimeout(protocol) ? StatusCode.Unavailable : FromHttp2(protocol.ErrorCode);
            else if (e is SocketException or IOException)
                connection = true;
        }
        return new Status(code ?? (connection ? StatusCode.Unavailable : StatusCode.Internal), text, exception);
    }

    // The server is gone, like one whose connection broke, but the handler says PROTOCOL_ERROR; only its text tells the difference.
    private static bool IsPingTimeout(HttpProtocolException e) => e.Message.Contains("ping request", StringComparison.Ordinal);

    // RFC 9113, section 7, and the table "Errors" of gRPC over HTTP2.
    private static StatusCode FromHttp2(long errorCode) => errorCode switch
    {
        0x7 => StatusCode.Unavailable,          // REFUSED_STREAM
        0x8 => StatusCode.Cancelled,            // CANCEL
        0xb => StatusCode.ResourceExhausted,    // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied,     // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };
}
