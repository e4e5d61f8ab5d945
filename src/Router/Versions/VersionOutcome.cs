namespace ExpertCluster.Router.Versions;

/// <summary>How a request ended for a version that it was given to.</summary>
/// <param name="Kind">Whose doing the end was.</param>
/// <param name="FirstToken">From the plan to the first chunk; null: there was none.</param>
/// <param name="Tokens">That came.</param>
/// <param name="Whole">From the plan to the end.</param>
internal readonly record struct VersionOutcome(VersionEnd Kind, TimeSpan? FirstToken, int Tokens, TimeSpan Whole);

/// <summary>Whose doing an end was.</summary>
internal enum VersionEnd
{
    /// <summary>The answer has its finish reason.</summary>
    Complete,

    /// <summary>The version, or the hosts that it ran on, failed.</summary>
    Failed,

    /// <summary>The caller left, or the router stopped.</summary>
    Cancelled,
}
