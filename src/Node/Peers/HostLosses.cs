using Grpc.Core;

namespace ExpertCluster.Node.Peers;

/// <summary>What the failure of a call says of the host that had it.</summary>
public static class HostLosses
{
    /// <summary>
    /// Whether a host, or the way to it, is gone, or speaks no gRPC any more: it did not itself refuse the request. An answer
    /// that ends without a status is CANCELLED to the client, though nobody here has cancelled.
    /// </summary>
    public static bool IsLoss(RpcException error, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.StatusCode switch
        {
            StatusCode.Unavailable => true,
            StatusCode.Internal => error.Status.DebugException is HttpRequestException or IOException or InvalidDataException,
            StatusCode.Cancelled => !cancellation.IsCancellationRequested,
            _ => false,
        };
    }

    /// <summary>Whether a host that is lost had, or may have had, the call: not where there was no connection to begin with, or it said itself why it refuses.</summary>
    public static bool WasAtWork(RpcException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Status.DebugException switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => false,
            null => error.StatusCode == StatusCode.Cancelled,
            _ => true,
        };
    }
}
