using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>What a caller said of an answer.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.FeedbackEntry")]
public sealed record FeedbackEntry
{
    /// <summary>As <see cref="RequestKey"/> makes them.</summary>
    [Id(0)]
    public string RequestId { get; init; } = "";

    /// <summary>When it was said, milliseconds of unix time.</summary>
    [Id(1)]
    public long AtUnixMs { get; init; }

    [Id(2)]
    public bool Good { get; init; }

    /// <summary>Who should have answered; empty: not said.</summary>
    [Id(3)]
    public string Expert { get; init; } = "";

    /// <summary>The plan's experts, the largest weight first.</summary>
    [Id(4)]
    public string[] Answered { get; init; } = [];

    /// <summary>What the request named: "auto" for the gate.</summary>
    [Id(5)]
    public string Model { get; init; } = "";

    /// <summary>What the gate read; empty where it is not kept.</summary>
    [Id(6)]
    public string Text { get; init; } = "";
}
