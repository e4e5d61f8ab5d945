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

/// <summary>A replica's state on its host.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.ExpertStatus")]
public sealed record ExpertStatus
{
    [Id(0)]
    public bool Loaded { get; init; }

    [Id(1)]
    public bool Draining { get; init; }

    [Id(2)]
    public long Epoch { get; init; }

    /// <summary>Requests of the expert that run on the host now.</summary>
    [Id(3)]
    public int Running { get; init; }
}

/// <summary>What a host says of itself, every second.</summary>
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

    [Id(4)]
    public ExpertReplica[] Experts { get; init; } = [];

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
