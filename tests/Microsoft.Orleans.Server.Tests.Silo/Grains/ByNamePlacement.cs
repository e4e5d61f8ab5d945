using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Microsoft.Orleans.Server.Tests;

[Serializable]
public sealed class ByNamePlacement : PlacementStrategy;

[AttributeUsage(AttributeTargets.Class)]
public sealed class ByNamePlacementAttribute() : PlacementAttribute(new ByNamePlacement());

/// <summary>Takes the silo whose name begins the grain's key; leaves a note of who asked.</summary>
public sealed class ByNameDirector(IClusterMembershipService membership, Journal journal) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        journal.Add($"placing {target.GrainIdentity.Key} on behalf of {membership.CurrentSnapshot.Members[context.LocalSilo].Name}");
        var key = target.GrainIdentity.Key.ToString()!;
        var members = membership.CurrentSnapshot.Members;
        return Task.FromResult(context.GetCompatibleSilos(target).Single(silo => key.StartsWith(members[silo].Name, StringComparison.Ordinal)));
    }
}
