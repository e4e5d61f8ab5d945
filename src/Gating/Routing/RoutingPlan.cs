using ExpertCluster.Gating.Serving;

namespace ExpertCluster.Gating.Routing;

/// <summary>The gate's answer after policy.</summary>
public sealed record RoutingPlan
{
    /// <summary>The base of the first expert; the only one unless <see cref="SpansBases"/>.</summary>
    public required string Base { get; init; }

    public required MergeMode Mode { get; init; }

    public required MergeScope Scope { get; init; }

    /// <summary>Experts at once.</summary>
    public required int K { get; init; }

    /// <summary>
    /// The largest weight first. At request scope: who answers, weights sum to 1. At token scope: who may be chosen, with
    /// the gate's scores (or the caller's weights, normalised).
    /// </summary>
    public required IReadOnlyList<PlannedExpert> Experts { get; init; }

    public bool SpansBases { get; init; }

    /// <summary>Why, where it isn't simply the gate's choice: one of <see cref="PlanReasons"/>, else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The gate's scores, null where it was bypassed.</summary>
    public GateScores? Scores { get; init; }
}
