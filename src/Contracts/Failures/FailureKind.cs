namespace ExpertCluster.Contracts.Failures;

/// <summary>Why a request isn't answered. Each API gives every kind its status.</summary>
public enum FailureKind
{
    /// <summary>The request is wrong; the same one fails again.</summary>
    InvalidArgument,

    /// <summary>The request has more bytes than are taken.</summary>
    TooLarge,

    /// <summary>No expert or base of that name.</summary>
    UnknownModel,

    /// <summary>Understood, but not offered.</summary>
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

    /// <summary>The caller may not; the message names what says so.</summary>
    Forbidden,

    /// <summary>Against what there is now; the message says what that is.</summary>
    Conflict,

    /// <summary>The caller shows nobody's key where one is asked for; the message says which.</summary>
    Unauthenticated,

    /// <summary>What the request names is not there, or not any more.</summary>
    NotFound,

    /// <summary>The prompt has more tokens than the base's context takes.</summary>
    PromptTooLong,

    /// <summary>What the request names was there, and will not come back; the message says why.</summary>
    Gone,
}
