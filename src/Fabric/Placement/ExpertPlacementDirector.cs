using ExpertCluster.Fabric.Grains;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ExpertCluster.Fabric.Placement;

/// <summary>
/// Puts an expert where its key says: on the silo of that host. It runs on whichever silo makes the first call, so every silo registers
/// it.
/// </summary>
public sealed class ExpertPlacementDirector(IClusterMembershipService membership, SiloNaming naming) : IPlacementDirector
{
    /// <exception cref="OrleansException">The host is not in the cluster.</exception>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string host = ExpertKey.Parse(target.GrainIdentity.Key.ToString()!).Host;
        string name = naming.OfHost(host);
        var silos = context.GetCompatibleSilos(target);
        var members = membership.CurrentSnapshot.Members;
        return Task.FromResult(
            silos.FirstOrDefault(silo => members.TryGetValue(silo, out var member) && member.Name == name)
            ?? throw new OrleansException($"host {host} is not in the cluster"));
    }
}

/// <summary>How silos of hosts are called.</summary>
/// <param name="OfHost">From a host's name to its silo's.</param>
public sealed record SiloNaming(Func<string, string> OfHost);
