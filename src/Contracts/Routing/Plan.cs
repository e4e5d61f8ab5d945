using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Contracts.Routing;

/// <summary>The gate's answer after policy: who answers, how they are merged, and why.</summary>
public sealed record Plan
{
    /// <summary>The base of the first expert; the only one unless <see cref="SpansBases"/>.</summary>
    public required string Base { get; init; }

    /// <summary>The name of the merge policy that made it.</summary>
    public required string Merge { get; init; }

    /// <summary>What the host does with the experts.</summary>
    public required MergeForm Form { get; init; }

    public required MergeScope Scope { get; init; }

    /// <summary>Experts at once.</summary>
    public required int K { get; init; }

    /// <summary>
    /// The largest weight first. At request scope: who answers, weights sum to 1. At token scope: who may be chosen, with
    /// the gate's scores (or the caller's weights, normalised).
    /// </summary>
    public required IReadOnlyList<WeightedExpert> Experts { get; init; }

    public bool SpansBases { get; init; }

    /// <summary>Why, where it isn't simply the gate's choice: one of <see cref="PlanReasons"/>, else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The gate's scores, null where it was bypassed.</summary>
    public GateScores? Scores { get; init; }

    /// <summary>The host that answers; empty until one does.</summary>
    public string Host { get; init; } = "";

    /// <summary>The seed in force, so that a caller can ask again for the same text.</summary>
    public ulong Seed { get; init; }
}
