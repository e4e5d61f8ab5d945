using Orleans.OneMachine.Membership;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orleans.OneMachine.Placement;

/// <summary>Answers a director from one member list.</summary>
internal sealed class PlacementContext(LocalSilo local, ClusterState state) : IPlacementContext
{
    public SiloAddress LocalSilo => local.SiloAddress;

    public SiloStatus LocalSiloStatus => state.StatusOf(local.SiloAddress);

    public SiloAddress[] GetCompatibleSilos(PlacementTarget target) => state.Grain(target.GrainIdentity.Type) is { } grain
        ? [.. grain.Silos]
        : throw new OrleansException(
            $"No active nodes are compatible with grain {target.GrainIdentity} and interface {target.InterfaceType}: no active silo has its class.");

    public IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target) =>
        new Dictionary<ushort, SiloAddress[]> { [0] = GetCompatibleSilos(target) };
}
