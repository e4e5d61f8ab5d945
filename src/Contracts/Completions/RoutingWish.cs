namespace ExpertCluster.Contracts.Completions;

/// <summary>Whom the gate may choose for a request, and where that may go. It bounds what the catalogue and its rules leave, and widens nothing.</summary>
public sealed record RoutingWish
{
    /// <summary>No bound.</summary>
    public static readonly RoutingWish None = new();

    /// <summary>The only experts that may answer; empty: all. At most <see cref="RequestLimits.MostRouted"/>.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Experts that may not answer. At most <see cref="RequestLimits.MostRouted"/>.</summary>
    public IReadOnlyList<string> Deny { get; init; } = [];

    /// <summary>Labels that a host must have to get the request, each `key=value`: residency, privacy. At most <see cref="Selection.HostLabels.Most"/>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Experts of a higher cost may not answer, in the catalogue's own unit. 0 or above; null: no such bound.</summary>
    public double? MaxCost { get; init; }
}
