namespace ExpertCluster.Node.Options;

/// <summary>The values of <see cref="NodeOptions.Clustering"/>.</summary>
public static class ClusteringNames
{
    /// <summary>All processes on one machine; they find each other in a file.</summary>
    public const string Localhost = "localhost";

    /// <summary>Several machines, which find each other in a Redis.</summary>
    public const string Redis = "redis";

    /// <summary>Several machines, which find each other in a PostgreSQL database.</summary>
    public const string Postgres = "postgres";
}
