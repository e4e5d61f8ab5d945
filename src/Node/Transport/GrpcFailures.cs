using System.Diagnostics;
using ExpertCluster.Contracts.Failures;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace ExpertCluster.Node.Transport;

/// <summary>
/// Failures over gRPC: status and message as ever, the field as google.rpc.BadRequest and the delay as google.rpc.RetryInfo in
/// `grpc-status-details-bin`, so that nothing is lost between host and router, and clients in any language can read it.
/// </summary>
public static class GrpcFailures
{
    private const string Domain = "expertcluster";
    private const string Subject = "subject";

    /// <summary>The one place where kinds of failure get their gRPC status.</summary>
    public static StatusCode CodeOf(FailureKind kind) => kind switch
    {
        FailureKind.InvalidArgument => StatusCode.InvalidArgument,
        FailureKind.PromptTooLong => StatusCode.InvalidArgument,
        FailureKind.TooLarge => StatusCode.ResourceExhausted,
        FailureKind.UnknownModel => StatusCode.NotFound,
        FailureKind.Unimplemented => StatusCode.Unimplemented,
        FailureKind.Overloaded => StatusCode.ResourceExhausted,
        FailureKind.Unavailable => StatusCode.Unavailable,
        FailureKind.DeadlineExceeded => StatusCode.DeadlineExceeded,
        FailureKind.Cancelled => StatusCode.Cancelled,
        FailureKind.Internal => StatusCode.Internal,
        FailureKind.Conflict => StatusCode.FailedPrecondition,
        FailureKind.Forbidden => StatusCode.PermissionDenied,
        FailureKind.Unauthenticated => StatusCode.Unauthenticated,
        FailureKind.NotFound => StatusCode.NotFound,
        FailureKind.Gone => StatusCode.NotFound,
        _ => throw new UnreachableException($"{kind} has no status"),
    };

    public static RpcException ToException(Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return ToException(CodeOf(failure.Kind), failure);
    }

    /// <param name="code">Instead of the kind's own.</param>
    /// <param name="failure">Gives message, field and delay.</param>
    public static RpcException ToException(StatusCode code, Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var status = new Status { Code = (int)code, Message = failure.Message };
        if (failure.Field is { } field)
        {
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = failure.Message } } }));
        }

        if (failure.RetryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return status.ToRpcException();
    }

    /// <param name="code">Of the status.</param>
    /// <param name="message">For the caller.</param>
    /// <param name="reason">A constant word that the peer goes by.</param>
    /// <param name="subject">What it is about, an expert's name for instance.</param>
    /// <param name="field">The request's field at fault; null where there is none.</param>
    public static RpcException ToException(StatusCode code, string message, string reason, string subject, string? field = null)
    {
        var info = new ErrorInfo { Reason = reason, Domain = Domain };
        info.Metadata.Add(Subject, subject);
        var status = new Status { Code = (int)code, Message = message, Details = { Any.Pack(info) } };
        if (field is not null)
        {
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = message } } }));
        }

        return status.ToRpcException();
    }

    /// <summary>The reason that a peer of ours gives, and what it is about; null where it gives none.</summary>
    public static (string Reason, string Subject)? ReasonOf(RpcException error) =>
        Read<ErrorInfo, (string, string)?>(error, info => info.Domain == Domain ? (info.Reason, info.Metadata.TryGetValue(Subject, out string? subject) ? subject : "") : null);

    /// <summary>The field that a status names; null where it names none, or is malformed.</summary>
    public static string? FieldOf(RpcException error) => Read<BadRequest, string>(error, bad => bad.FieldViolations.FirstOrDefault()?.Field);

    /// <summary>The delay that a status asks for; null where it asks for none, or is malformed.</summary>
    public static TimeSpan? RetryAfterOf(RpcException error) => Read<RetryInfo, TimeSpan?>(error, retry => retry.RetryDelay?.ToTimeSpan());

    /// <summary>A peer may send what it likes as details: what can't be read is not there.</summary>
    private static TValue? Read<TDetail, TValue>(RpcException error, Func<TDetail, TValue?> read)
        where TDetail : class, IMessage<TDetail>, new()
    {
        ArgumentNullException.ThrowIfNull(error);
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
