namespace ExpertCluster.Drills.Support;

/// <summary>What a drill's cluster consists of.</summary>
/// <param name="Store">"redis" or "postgres".</param>
/// <param name="Hosts">That are started at once.</param>
internal sealed record DrillShape(string Store, int Hosts)
{
    public int Routers { get; init; } = 1;

    /// <summary>The program of hosts.</summary>
    public string Host { get; init; } = "ExpertHost";

    /// <summary>Whether the store is started before the nodes.</summary>
    public bool WithStore { get; init; } = true;

    /// <summary>Of every node, as in EXPERTCLUSTER__NAME.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>A folder that `prepare` wrote; null: the drills' own.</summary>
    public string? Prepared { get; init; }

    /// <summary>A catalogue file that a keeper prepares, for nodes that share no folder with it; null: all of them have the drills' prepared folder.</summary>
    public string? Kept { get; init; }
}
