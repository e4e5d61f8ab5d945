using Orleans.Runtime;

namespace ExpertCluster.Node.Membership;

/// <summary>The routers that the membership counts among the living.</summary>
public interface IRouterMembers
{
    /// <summary>The names of their silos.</summary>
    IEnumerable<string> SiloNames { get; }
}

/// <summary>Reads them off the membership.</summary>
public sealed class RouterMembers(IClusterMembershipService membership) : IRouterMembers
{
    public IEnumerable<string> SiloNames => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active && HostMembers.IsRouter(member.Name))
        .Select(member => member.Name);
}
