namespace ExpertCluster.Router.Errors;

/// <summary>Why a request isn't answered. <see cref="RouterErrorMap"/> gives each its gRPC and HTTP status.</summary>
internal enum RouterError
{
    /// <summary>The request is wrong; the same one fails again.</summary>
    InvalidArgument,

    /// <summary>No expert or base of that name.</summary>
    UnknownModel,

    /// <summary>The plan is sound but not built yet.</summary>
    Unimplemented,

    /// <summary>Too much at once: try again later.</summary>
    Overloaded,

    /// <summary>No host can take it now, or the host died: try again.</summary>
    Unavailable,

    /// <summary>The caller's deadline passed.</summary>
    DeadlineExceeded,

    /// <summary>The caller went away.</summary>
    Cancelled,

    /// <summary>Our own failure.</summary>
    Internal,
}
