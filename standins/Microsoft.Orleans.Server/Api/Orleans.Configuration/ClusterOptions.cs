namespace Orleans.Configuration;

/// <summary>Which cluster a silo belongs to. Silos that differ in either refuse each other.</summary>
public class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    public string ClusterId { get; set; } = DefaultClusterId;

    public string ServiceId { get; set; } = DefaultServiceId;
}

public class SiloOptions
{
    /// <summary>A name for people and logs; made up where none is given.</summary>
    public string SiloName { get; set; } = null!;
}

public class DevelopmentClusterMembershipOptions
{
    /// <summary>The silo that keeps the member list and the grain directory.</summary>
    public System.Net.IPEndPoint? PrimarySiloEndpoint { get; set; }
}
