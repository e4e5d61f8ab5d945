namespace ExpertCluster.Catalogue.Desired;

/// <summary>What the API says of an expert, whoever owns it; what is null stays as its entry has it.</summary>
public sealed record Adjustment
{
    public static readonly Adjustment None = new();

    public int? Replicas { get; init; }

    public int? MaxReplicas { get; init; }

    public bool? Pinned { get; init; }

    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Revision of the canary that serves in the stable version's place, for as long as the entry has it as its canary.</summary>
    public string Promoted { get; init; } = "";

    /// <summary>Revision of the canary that serves nobody any more, for as long as the entry has it as its canary.</summary>
    public string RolledBack { get; init; } = "";
}
