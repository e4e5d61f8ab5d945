namespace ExpertCluster.Fabric.Placement.Rounds;

/// <summary>Names of the product's policies of rounds.</summary>
public static class PlacementPolicies
{
    /// <summary>Replicas follow demand.</summary>
    public const string Default = "demand";

    /// <summary>A baseline: the minimum of replicas, on hosts in turn.</summary>
    public const string RoundRobin = "round-robin";

    /// <summary>A baseline: the minimum of replicas, on whichever host has the fewest requests.</summary>
    public const string LeastLoaded = "least-loaded";
}
