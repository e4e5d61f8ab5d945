namespace ExpertCluster.Gating.Routing;

/// <summary>What a caller asked of the routing; defaults leave everything to the gate.</summary>
public sealed record RoutingRequest
{
    /// <summary>An expert or base by name; null, empty or "auto": the gate.</summary>
    public string? Model { get; init; }

    public MergeMode Mode { get; init; }

    public MergeScope Scope { get; init; }

    /// <summary>Experts at once. Range 1..4. Default: 1 for route, else 2.</summary>
    public int? K { get; init; }

    /// <summary>Experts that bypass the gate at request scope and bound it at token scope; at most 16. All weights 0: alike.</summary>
    public IReadOnlyList<PlannedExpert> Pinned { get; init; } = [];
}
