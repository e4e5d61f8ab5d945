using Orleans.Runtime;

namespace Orleans.OneMachine.Manifest;

/// <summary>What a silo tells the others of one of its grain classes.</summary>
[GenerateSerializer]
[Immutable]
internal sealed class GrainClassInfo
{
    [Id(0)]
    public required GrainType Type { get; init; }

    [Id(1)]
    public required string[] Interfaces { get; init; }

    /// <summary>Placement strategy and its settings, among others; see WellKnownGrainTypeProperties.</summary>
    [Id(2)]
    public required Dictionary<string, string> Properties { get; init; }
}
