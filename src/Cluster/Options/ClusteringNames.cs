namespace ExpertCluster.Cluster.Options;

/// <summary>The values of <see cref="NodeOptions.Clustering"/>.</summary>
public static class ClusteringNames
{
    /// <summary>All processes on one machine, one of them primary.</summary>
    public const string Localhost = "localhost";

    /// <summary>Several machines, which find each other in a Redis. Takes the official packages.</summary>
    public const string Redis = "redis";

    /// <summary>Several machines, which find each other in a PostgreSQL database. Takes the official packages.</summary>
    public const string Postgres = "postgres";
}
