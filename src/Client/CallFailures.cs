using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace ExpertCluster.Client;

/// <summary>From gRPC's failures to this client's.</summary>
internal static class CallFailures
{
    /// <param name="error">As gRPC tells it.</param>
    /// <param name="isLate">Whether the call's deadline has passed.</param>
    /// <param name="cancellation">Of the call.</param>
    public static Exception Of(RpcException error, bool isLate, CancellationToken cancellation)
    {
        // Where a cancel or a deadline meets an answer that is just being read, gRPC's client tells of the read that broke.
        bool isLocal = error.Status.DebugException is not null;
        if (cancellation.IsCancellationRequested && (isLocal || error.StatusCode == StatusCode.Cancelled))
        {
            return new OperationCanceledException(error.Status.Detail, error, cancellation);
        }

        if (isLate && isLocal)
        {
            return new ExpertClusterException(StatusCode.DeadlineExceeded, $"no answer within the timeout ({StatusCode.DeadlineExceeded})", null, null, error);
        }

        string? field = Read<BadRequest, string>(error, bad => bad.FieldViolations.FirstOrDefault()?.Field);
        var delay = Read<RetryInfo, TimeSpan?>(error, retry => retry.RetryDelay?.ToTimeSpan());
        string place = field is null ? "" : $", field {field}";
        return new ExpertClusterException(error.StatusCode, $"{error.Status.Detail} ({error.StatusCode}{place})", field, delay, error);
    }

    /// <summary>Whoever answers may send what he likes as details: what can't be read is not there.</summary>
    private static TValue? Read<TDetail, TValue>(RpcException error, Func<TDetail, TValue?> read)
        where TDetail : class, IMessage<TDetail>, new()
    {
        try
        {
            return error.Trailers.GetRpcStatus(ignoreParseError: true)?.GetDetail<TDetail>() is { } detail ? read(detail) : default;
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or InvalidOperationException or OverflowException or ArgumentOutOfRangeException)
        {
            return default;
        }
    }
}
