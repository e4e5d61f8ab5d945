namespace ExpertCluster.Bench.Latency;

/// <summary>How much is measured.</summary>
internal sealed record LatencyOptions
{
    /// <summary>Chunks a second on each stream; modest, so that nobody waits for a core.</summary>
    public const int ChunksPerSecond = 200;

    /// <summary>Streams at once.</summary>
    public IReadOnlyList<int> Streams { get; init; } = [1, 32];

    /// <summary>Chunks of a stream; fewer than the host's context.</summary>
    public int Chunks { get; init; } = 900;

    /// <summary>Of those, the first ones, which do not count: the streams do not begin at the same moment.</summary>
    public int Skipped { get; init; } = 100;

    /// <summary>Rounds that count. Each runs every exchange, in an order that turns.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>Rounds before, not counted: code is compiled, connections are opened.</summary>
    public int Warmups { get; init; } = 2;

    public static LatencyOptions Of(bool quick, IReadOnlyList<int>? streams)
    {
        var options = quick ? new LatencyOptions { Chunks = 500, Rounds = 3 } : new LatencyOptions();
        return streams is { Count: > 0 } ? options with { Streams = streams } : options;
    }
}
