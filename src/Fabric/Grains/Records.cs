using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>Where a replica of an expert is. A host accepts calls for it only under this epoch.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.ExpertReplica")]
public sealed record ExpertReplica
{
    [Id(0)]
    public string Expert { get; init; } = "";

    [Id(1)]
    public int Replica { get; init; }

    /// <summary>The host's name.</summary>
    [Id(2)]
    public string Host { get; init; } = "";

    /// <summary>The host's gRPC address.</summary>
    [Id(3)]
    public string Address { get; init; } = "";

    [Id(4)]
    public long Epoch { get; init; }
}

/// <summary>
/// What a host says of itself, every second: what placement and routers go by, and no more, as all hosts' reports pass through one
/// grain and back to all. Number 4 was once the replicas on the host, and is not given again.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.HostReport")]
public sealed record HostReport
{
    [Id(0)]
    public string Name { get; init; } = "";

    /// <summary>The silo's address in its parsable form; it differs after a restart.</summary>
    [Id(1)]
    public string Silo { get; init; } = "";

    /// <summary>The host's gRPC address.</summary>
    [Id(2)]
    public string Address { get; init; } = "";

    /// <summary>Bases that are loaded.</summary>
    [Id(3)]
    public string[] Bases { get; init; } = [];

    [Id(5)]
    public long FreeMemoryBytes { get; init; }

    [Id(6)]
    public long TotalMemoryBytes { get; init; }

    /// <summary>Requests that run, and that wait for a slot.</summary>
    [Id(7)]
    public int Running { get; init; }

    [Id(8)]
    public int Waiting { get; init; }

    [Id(9)]
    public bool Draining { get; init; }
}

/// <summary>All hosts that reported lately.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.ClusterView")]
public sealed record ClusterView
{
    public static readonly ClusterView Empty = new();

    [Id(0)]
    public HostReport[] Hosts { get; init; } = [];
}
