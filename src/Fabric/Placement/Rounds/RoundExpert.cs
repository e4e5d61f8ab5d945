namespace ExpertCluster.Fabric.Placement.Rounds;

/// <summary>What the catalogue wishes for an expert.</summary>
public sealed record RoundExpert
{
    private static readonly Dictionary<string, string> NoLabels = [];

    public required ExpertId Id { get; init; }

    public required string Base { get; init; }

    /// <summary>Of the adapter. 0: the base alone; it is warm wherever its base is, and only its demand counts.</summary>
    public int Rank { get; init; }

    /// <summary>Of the adapter, in host memory.</summary>
    public long Bytes { get; init; }

    /// <summary>Replicas at any time. 0: none while nobody asks.</summary>
    public int Minimum { get; init; }

    /// <summary>Replicas at most, those on hosts that drain aside.</summary>
    public int Maximum { get; init; } = 1;

    /// <summary>What a host's labels must have.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoLabels;

    /// <summary>Hosts that keep it warm whatever the demand, up to the maximum.</summary>
    public IReadOnlyList<string> Pinned { get; init; } = [];

    /// <summary>How long nobody asks until replicas above the minimum go; null: the options'.</summary>
    public TimeSpan? IdleAfter { get; init; }
}

/// <summary>What the catalogue wishes for a base.</summary>
public sealed record RoundBase
{
    public required string Name { get; init; }

    /// <summary>Of the memory that it runs in, working memory too.</summary>
    public long Bytes { get; init; }

    public int MinimumHosts { get; init; } = 1;

    public int MaximumHosts { get; init; } = int.MaxValue;
}
