using Orleans.Runtime;

namespace Orleans.OneMachine.Directory;

[GenerateSerializer]
internal sealed class LookupRequest
{
    [Id(0)]
    public required GrainId Grain { get; init; }
}

/// <summary>The answer is the address that holds: the one asked for, or that of an earlier activation.</summary>
[GenerateSerializer]
internal sealed class RegisterRequest
{
    [Id(0)]
    public required GrainAddress Address { get; init; }
}

[GenerateSerializer]
internal sealed class UnregisterRequest
{
    [Id(0)]
    public required GrainAddress Address { get; init; }
}
