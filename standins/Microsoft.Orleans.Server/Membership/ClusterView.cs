using System.Collections.Immutable;
using Orleans.OneMachine.Manifest;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>The member list as it travels.</summary>
[GenerateSerializer]
[Immutable]
internal sealed class ClusterView
{
    [Id(0)]
    public required long Version { get; init; }

    [Id(1)]
    public required SiloAddress Primary { get; init; }

    [Id(2)]
    public required ImmutableArray<Member> Members { get; init; }
}

/// <summary>One silo of the list.</summary>
[GenerateSerializer]
[Immutable]
internal sealed record Member
{
    [Id(0)]
    public required SiloAddress Silo { get; init; }

    [Id(1)]
    public required string Name { get; init; }

    [Id(2)]
    public required SiloStatus Status { get; init; }

    [Id(3)]
    public required GrainClassInfo[] Classes { get; init; }
}
