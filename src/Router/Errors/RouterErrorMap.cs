using System.Diagnostics;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Errors;

/// <summary>The one place where errors get their statuses.</summary>
internal static class RouterErrorMap
{
    /// <summary>gRPC status, HTTP status, OpenAI error type and code of an error.</summary>
    public static (StatusCode Grpc, int Http, string Type, string? Code) Of(RouterError error) => error switch
    {
        RouterError.InvalidArgument => (StatusCode.InvalidArgument, StatusCodes.Status400BadRequest, "invalid_request_error", null),
        RouterError.UnknownModel => (StatusCode.NotFound, StatusCodes.Status404NotFound, "invalid_request_error", "model_not_found"),
        RouterError.Unimplemented => (StatusCode.Unimplemented, StatusCodes.Status501NotImplemented, "not_implemented_error", null),
        RouterError.Overloaded => (StatusCode.ResourceExhausted, StatusCodes.Status429TooManyRequests, "rate_limit_error", "overloaded"),
        RouterError.Unavailable => (StatusCode.Unavailable, StatusCodes.Status503ServiceUnavailable, "service_unavailable_error", null),
        RouterError.DeadlineExceeded => (StatusCode.DeadlineExceeded, StatusCodes.Status504GatewayTimeout, "timeout_error", null),
        RouterError.Cancelled => (StatusCode.Cancelled, StatusCodes.Status499ClientClosedRequest, "cancelled_error", null),
        RouterError.Internal => (StatusCode.Internal, StatusCodes.Status500InternalServerError, "internal_error", null),
        _ => throw new UnreachableException($"{error} has no status"),
    };

    /// <summary>
    /// What a host's status means to the router's caller. The text is the host's own; what this process's client says of a
    /// connection tells of addresses and exceptions, and is replaced.
    /// </summary>
    public static RouterException FromHost(Status status) => new(
        status.StatusCode switch
        {
            StatusCode.InvalidArgument or StatusCode.OutOfRange => RouterError.InvalidArgument,
            StatusCode.Unimplemented => RouterError.Unimplemented,
            StatusCode.ResourceExhausted => RouterError.Overloaded,
            StatusCode.Unavailable or StatusCode.FailedPrecondition or StatusCode.Aborted => RouterError.Unavailable,
            StatusCode.DeadlineExceeded => RouterError.DeadlineExceeded,
            StatusCode.Cancelled => RouterError.Cancelled,
            _ => RouterError.Internal,
        },
        status.DebugException is null ? status.Detail : "the host could not be reached, or was lost; try again in a moment");
}
