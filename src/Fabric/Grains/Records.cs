using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>A revision of an expert by its name.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.ExpertOrder")]
public sealed record ExpertOrder
{
    [Id(0)]
    public string Expert { get; init; } = "";

    [Id(1)]
    public string Revision { get; init; } = "";

    /// <summary>"canary" or "shadow", which a host keeps beside what serves; empty: what serves.</summary>
    [Id(2)]
    public string Version { get; init; } = "";
}

/// <summary>What a host shall keep warm.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.HostOrders")]
public sealed record HostOrders
{
    [Id(0)]
    public ExpertOrder[] Warm { get; init; } = [];

    /// <summary>It shall take nothing new.</summary>
    [Id(1)]
    public bool Drain { get; init; }

    /// <summary>Bases that it shall run, of those that not every host does.</summary>
    [Id(2)]
    public string[] Bases { get; init; } = [];
}

/// <summary>How an expert is on a host that shall keep it warm.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.ExpertState")]
public sealed record ExpertState
{
    [Id(0)]
    public string Expert { get; init; } = "";

    /// <summary>The revision that is kept; empty: none.</summary>
    [Id(1)]
    public string Revision { get; init; } = "";

    /// <summary>Why it could not be loaded; empty: it could, or nobody asked.</summary>
    [Id(2)]
    public string Reason { get; init; } = "";

    /// <summary>Whether another try does not help while its content stays.</summary>
    [Id(3)]
    public bool IsUnusable { get; init; }
}

/// <summary>An expert that a host can't use, and why.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.ExpertFailure")]
public sealed record ExpertFailure
{
    [Id(0)]
    public string Expert { get; init; } = "";

    [Id(1)]
    public string Revision { get; init; } = "";

    /// <summary>For operators and callers: names no path.</summary>
    [Id(2)]
    public string Reason { get; init; } = "";
}

/// <summary>
/// What a host says of itself, every second: what placement and routers go by, and no more, as all hosts' reports pass through one
/// grain and back to all routers. Number 4 was once the replicas on the host, and is not given again.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.HostReport")]
public sealed record HostReport
{
    /// <summary>Failures that a report has room for; the next ones come when these are gone.</summary>
    public const int MostFailures = 64;

    /// <summary>Experts that a report can call warm: the rest is merely not preferred.</summary>
    public const int MostWarm = 4096;

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

    /// <summary>Revisions of the bases that are loaded.</summary>
    [Id(10)]
    public string[] BaseRevisions { get; init; } = [];

    /// <summary>What is in memory, as <see cref="RevisionId"/>: at most <see cref="MostWarm"/>.</summary>
    [Id(11)]
    public ulong[] Warm { get; init; } = [];

    /// <summary>At most <see cref="MostFailures"/>.</summary>
    [Id(12)]
    public ExpertFailure[] Failures { get; init; } = [];

    /// <summary>What its operator says of it, as `key=value`.</summary>
    [Id(13)]
    public string[] Labels { get; init; } = [];

    /// <summary>Requests that run at once, all bases together.</summary>
    [Id(14)]
    public int Slots { get; init; }

    /// <summary>Adapters that its runtimes hold at once.</summary>
    [Id(15)]
    public int AdapterPlaces { get; init; }

    /// <summary>The largest rank that they have room for.</summary>
    [Id(16)]
    public int AdapterRank { get; init; }

    /// <summary>What it keeps warm because it was told to, as <see cref="RevisionId"/>.</summary>
    [Id(17)]
    public ulong[] Kept { get; init; } = [];

    /// <summary>Bases that it was told to run and can't.</summary>
    [Id(18)]
    public string[] BaseFailures { get; init; } = [];

    /// <summary>The devices that its bases compute on, the one that they are opened on first; empty: the processor, or it is not known.</summary>
    [Id(19)]
    public DeviceReport[] Devices { get; init; } = [];
}

/// <summary>A device of a host.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.DeviceReport")]
public sealed record DeviceReport
{
    /// <summary>Its product's.</summary>
    [Id(0)]
    public string Name { get; init; } = "";

    [Id(1)]
    public long FreeMemoryBytes { get; init; }

    [Id(2)]
    public long TotalMemoryBytes { get; init; }
}

/// <summary>What a router was asked for.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.DemandReport")]
public sealed record DemandReport
{
    /// <summary>Experts that a report has room for: those that were asked for most.</summary>
    public const int MostExperts = 4096;

    /// <summary>The router's name.</summary>
    [Id(0)]
    public string Router { get; init; } = "";

    /// <summary>Those that were asked for, or that requests run with.</summary>
    [Id(1)]
    public ExpertAsked[] Experts { get; init; } = [];

    /// <summary>Requests that hosts were lost over, as this router has found.</summary>
    [Id(2)]
    public SuspectText[] Suspects { get; init; } = [];
}

/// <summary>A request that hosts were lost over, by its hash.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.SuspectText")]
public sealed record SuspectText
{
    /// <summary>Of them that a report has room for.</summary>
    public const int Most = 256;

    [Id(0)]
    public string Hash { get; init; } = "";

    /// <summary>No host is given it; else one host at a time, beside no other suspect.</summary>
    [Id(1)]
    public bool Refused { get; init; }

    /// <summary>Hosts that were lost.</summary>
    [Id(2)]
    public int Losses { get; init; }

    /// <summary>How long this holds from now on.</summary>
    [Id(3)]
    public int Seconds { get; init; }
}

/// <summary>How much an expert was asked for.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.ExpertAsked")]
public sealed record ExpertAsked
{
    [Id(0)]
    public string Expert { get; init; } = "";

    [Id(1)]
    public string Revision { get; init; } = "";

    [Id(2)]
    public double ArrivalsPerSecond { get; init; }

    /// <summary>Requests that stream.</summary>
    [Id(3)]
    public int Running { get; init; }

    /// <summary>Requests that wait for their first chunk.</summary>
    [Id(4)]
    public int Waiting { get; init; }

    /// <summary>How long the one among them has waited that waits longest, in milliseconds.</summary>
    [Id(5)]
    public int LongestWaitMilliseconds { get; init; }
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

    /// <summary>What routers told of.</summary>
    [Id(1)]
    public SuspectText[] Suspects { get; init; } = [];
}
