namespace ExpertCluster.Contracts.Routing;

/// <summary>An operator's rule, which goes before the gate: what a request must be like, and what then holds for it. Immutable.</summary>
public sealed record RoutingRule
{
    /// <summary>Shown to callers whom it bounds, and unique.</summary>
    public required string Name { get; init; }

    /// <summary>Headers (gRPC metadata) with these values, to the letter, all of them. Names of any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels that the request asks of hosts, all of them.</summary>
    public IReadOnlyList<string> WhenLabels { get; init; } = [];

    /// <summary>Words or phrases of which the question has one, of any case.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>The expert that answers where the choice is the gate's; null: the gate chooses.</summary>
    public string? Expert { get; init; }

    /// <summary>The only experts that may answer; empty: all.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Experts that may not answer.</summary>
    public IReadOnlyList<string> Deny { get; init; } = [];

    /// <summary>Labels that a host must have to get the request.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Experts of a higher cost may not answer; null: no such bound.</summary>
    public double? MaxCost { get; init; }
}
