namespace ExpertCluster.Gating.Routing;

/// <summary>An operator's bounds on plans. Ranges are checked by <see cref="RoutingPolicy"/>'s constructor.</summary>
public sealed record RoutingOptions
{
    /// <summary>Experts that a token-scope plan may choose among, the generalist not counted. Range 1..16.</summary>
    public int Candidates { get; init; } = 8;

    /// <summary>Least probability of the likeliest expert, below which the generalist answers; null: what training found. Range 0..1.</summary>
    public double? Floor { get; init; }

    /// <summary>An expert below this probability neither joins an ensemble nor makes a plan span bases. Range 0..1.</summary>
    public double Minor { get; init; } = 0.1;
}
