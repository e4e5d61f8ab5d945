namespace ExpertCluster.Fabric.Placement.Rounds;

/// <summary>What a host says of itself, as a round goes by it. Times are of the round's monotonic clock.</summary>
public sealed record RoundHost
{
    private static readonly Dictionary<string, string> NoLabels = [];

    /// <summary>Unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>Bases that it runs, or that it is opening.</summary>
    public IReadOnlyList<HeldBase> Bases { get; init; } = [];

    public Room Memory { get; init; }

    /// <summary>Of the device that bases run on; a total of 0: there is none, and they run in host memory.</summary>
    public Room Device { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoLabels;

    public bool Draining { get; init; }

    public TimeSpan Joined { get; init; }

    /// <summary>Requests that run at once; at least 1.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Adapters that its runtimes hold at once.</summary>
    public int AdapterPlaces { get; init; }

    /// <summary>The largest rank that its runtimes have room for.</summary>
    public int AdapterRank { get; init; }

    public int Running { get; init; }

    public int Waiting { get; init; }
}

/// <summary>A base on a host.</summary>
/// <param name="Name">Of the base.</param>
/// <param name="Since">When it was there, or when it was asked for.</param>
/// <param name="Ready">False: it is being opened.</param>
public readonly record struct HeldBase(string Name, TimeSpan Since, bool Ready);

/// <summary>Bytes of a memory.</summary>
public readonly record struct Room(long FreeBytes, long TotalBytes);
