namespace ExpertCluster.Gating.Routing;

/// <summary>Why a request can't be planned.</summary>
public enum RoutingErrorKind
{
    /// <summary>A field is out of range or contradicts another.</summary>
    Invalid = 1,

    /// <summary>No expert or base has that name.</summary>
    UnknownExpert = 2,

    /// <summary>The combination is understood but not offered.</summary>
    Unimplemented = 3,
}

/// <param name="Kind">What is wrong.</param>
/// <param name="Field">The request's field, as clients name it.</param>
/// <param name="Message">Field, value and limit in one sentence.</param>
public sealed record RoutingError(RoutingErrorKind Kind, string Field, string Message);
