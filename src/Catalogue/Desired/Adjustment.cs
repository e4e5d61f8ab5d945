namespace ExpertCluster.Catalogue.Desired;

/// <summary>What the API says of an expert, whoever owns it; what is null stays as its entry has it.</summary>
public sealed record Adjustment
{
    public static readonly Adjustment None = new();

    public int? Replicas { get; init; }

    public int? MaxReplicas { get; init; }

    public bool? Pinned { get; init; }

    public IReadOnlyList<string>? Hosts { get; init; }
}
