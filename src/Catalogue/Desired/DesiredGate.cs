namespace ExpertCluster.Catalogue.Desired;

/// <summary>Which gates the API wants.</summary>
public sealed record DesiredGate
{
    public static readonly DesiredGate OfCatalogue = new();

    /// <summary>That plans; null: the catalogue's.</summary>
    public GateSpec? Stable { get; init; }

    /// <summary>That plans some of the requests, and is compared at the others; null: there is none.</summary>
    public GateSpec? Candidate { get; init; }

    /// <summary>That planned before a promotion, and does again where that is taken back; null: nothing was promoted.</summary>
    public GateSpec? Previous { get; init; }
}
