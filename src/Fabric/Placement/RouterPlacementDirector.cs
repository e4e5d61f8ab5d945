using ExpertCluster.Fabric.Grains;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ExpertCluster.Fabric.Placement;

/// <summary>Puts a grain on the router whose <see cref="RequestKey.OfRouter"/> its key is. It runs on whichever silo makes the first call, so every silo registers it.</summary>
public sealed class RouterPlacementDirector(IClusterMembershipService membership) : IPlacementDirector
{
    /// <exception cref="OrleansException">The router is not in the cluster.</exception>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string key = target.GrainIdentity.Key.ToString()!;
        var members = membership.CurrentSnapshot.Members;
        return Task.FromResult(
            context.GetCompatibleSilos(target).FirstOrDefault(silo => members.TryGetValue(silo, out var member) && RequestKey.OfRouter(member.Name) == key)
            ?? throw new OrleansException($"router {key} is not in the cluster"));
    }
}
