using Orleans.OneMachine.Manifest;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>To the primary: let me in. The answer is the member list with the sender in it.</summary>
[GenerateSerializer]
internal sealed class JoinRequest
{
    [Id(0)]
    public required string ClusterId { get; init; }

    [Id(1)]
    public required string ServiceId { get; init; }

    [Id(2)]
    public required Member Member { get; init; }
}

/// <summary>To the primary: my status has changed.</summary>
[GenerateSerializer]
internal sealed class StatusRequest
{
    [Id(0)]
    public required SiloStatus Status { get; init; }
}

/// <summary>To the primary: that silo does not answer me.</summary>
[GenerateSerializer]
internal sealed class SuspectRequest
{
    [Id(0)]
    public required SiloAddress Silo { get; init; }
}

/// <summary>To the primary: an operator wants that silo declared dead.</summary>
[GenerateSerializer]
internal sealed class KillRequest
{
    [Id(0)]
    public required SiloAddress Silo { get; init; }
}

/// <summary>To the primary: the member list, please, if it is newer than mine. The answer is null otherwise.</summary>
[GenerateSerializer]
internal sealed class ViewRequest
{
    [Id(0)]
    public required long KnownVersion { get; init; }
}

/// <summary>From the primary: the list has changed.</summary>
[GenerateSerializer]
internal sealed class ViewNotice
{
    [Id(0)]
    public required ClusterView View { get; init; }
}

/// <summary>To anyone: are you there? The answer is null.</summary>
[GenerateSerializer]
internal sealed class Probe;
