using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace ExpertCluster.Client;

/// <summary>From gRPC's failures to this client's.</summary>
internal static class CallFailures
{
    public static Exception Of(RpcException error, CancellationToken cancellation)
    {
        if (error.StatusCode == StatusCode.Cancelled && cancellation.IsCancellationRequested)
        {
            return new OperationCanceledException(error.Status.Detail, error, cancellation);
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
