using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>Where a stream is held.</summary>
[GenerateSerializer]
[Immutable]
[Alias("expertcluster.HeldStreamPlace")]
public sealed record HeldStreamPlace
{
    /// <summary>Of the router's gRPC port, where other routers ask it.</summary>
    [Id(0)]
    public string Address { get; init; } = "";

    /// <summary>When the stream began, milliseconds of unix time: of two of one id the newer one counts.</summary>
    [Id(1)]
    public long BegunAtUnixMs { get; init; }
}
