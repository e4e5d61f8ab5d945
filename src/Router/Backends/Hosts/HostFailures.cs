using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Transport;
using Grpc.Core;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>What a host's status means to the router's caller.</summary>
internal static class HostFailures
{
    /// <summary>
    /// The text is the host's own; what this process's client says of a connection tells of addresses and exceptions, and is
    /// replaced.
    /// </summary>
    public static RequestFailedException Of(RpcException error)
    {
        var kind = KindOf(error.StatusCode);
        if (error.Status.DebugException is not null)
        {
            return new RequestFailedException(kind, "the host could not be reached, or was lost; try again in a moment");
        }

        kind = GrpcFailures.ReasonOf(error) is (FailureReasons.PromptTooLong, _) ? FailureKind.PromptTooLong : kind;
        var failure = new Failure(kind, error.Status.Detail, GrpcFailures.FieldOf(error));
        return new RequestFailedException(GrpcFailures.RetryAfterOf(error) is { } delay ? failure with { RetryAfter = delay } : failure);
    }

    private static FailureKind KindOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange => FailureKind.InvalidArgument,
        StatusCode.Unimplemented => FailureKind.Unimplemented,
        StatusCode.ResourceExhausted => FailureKind.Overloaded,
        StatusCode.Unavailable or StatusCode.FailedPrecondition or StatusCode.Aborted => FailureKind.Unavailable,
        StatusCode.DeadlineExceeded => FailureKind.DeadlineExceeded,
        StatusCode.Cancelled => FailureKind.Cancelled,
        _ => FailureKind.Internal,
    };
}
