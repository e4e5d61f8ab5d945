using ExpertCluster.Simulation.Clusters;

namespace ExpertCluster.Simulation.Choosing;

/// <summary>How a router takes a host for a request.</summary>
internal interface IHostChooser
{
    /// <param name="members">Of the request's base; at least one.</param>
    /// <param name="request">What for.</param>
    SimulatedHost Choose(BaseMembers members, SimulatedRequest request);
}
