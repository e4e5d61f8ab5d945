using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>What operators see of a stream that is held.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.HeldStreamSummary")]
public sealed record HeldStreamSummary
{
    /// <summary>Of the router that holds it.</summary>
    [Id(0)]
    public string Router { get; init; } = "";

    [Id(1)]
    public string Id { get; init; } = "";

    /// <summary>Of the API whose words it has.</summary>
    [Id(2)]
    public string Kind { get; init; } = "";

    [Id(3)]
    public long BegunAtUnixMs { get; init; }

    [Id(4)]
    public bool HasEnded { get; init; }

    [Id(5)]
    public int Events { get; init; }

    /// <summary>That are kept of it.</summary>
    [Id(6)]
    public long Bytes { get; init; }

    /// <summary>Who follow it now.</summary>
    [Id(7)]
    public int Readers { get; init; }
}
