using ExpertCluster.Contracts.Failures;
using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>The desired state.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.DesiredDocument")]
public sealed record DesiredDocument
{
    [Id(0)]
    public long Version { get; init; }

    /// <summary>Null: it is what the caller has.</summary>
    [Id(1)]
    public string? Document { get; init; }
}

/// <summary>What became of a change.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.DesiredOutcome")]
public sealed record DesiredOutcome
{
    /// <summary>Of the state with the change; 0: it was refused.</summary>
    [Id(0)]
    public long Version { get; init; }

    /// <summary>Name of a <see cref="FailureKind"/>.</summary>
    [Id(1)]
    public string FailureKind { get; init; } = "";

    /// <summary>Why it was refused.</summary>
    [Id(2)]
    public string Message { get; init; } = "";

    /// <summary>The field at fault.</summary>
    [Id(3)]
    public string? Field { get; init; }
}
