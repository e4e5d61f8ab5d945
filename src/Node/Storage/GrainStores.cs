namespace ExpertCluster.Node.Storage;

/// <summary>Stores of grains' state, by name.</summary>
public static class GrainStores
{
    /// <summary>Lies where the cluster's members are found: in a folder on one machine, in the Redis or the PostgreSQL on several.</summary>
    public const string Cluster = "cluster";
}
