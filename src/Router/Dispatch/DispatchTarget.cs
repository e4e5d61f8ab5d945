using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Router.Dispatch;

/// <summary>A host that has every expert of a plan.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Address">Its gRPC address.</param>
/// <param name="Replicas">One replica on it for each of the plan's experts, in the plan's order.</param>
internal sealed record DispatchTarget(string Host, string Address, IReadOnlyList<ExpertReplica> Replicas);
