using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>The replicas of one expert; its key is the expert's name.</summary>
[Alias("expertcluster.IExpertManagerGrain")]
public interface IExpertManagerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Where the expert is, every replica loaded. Replicas that can't be had just now are left out; throws when none can.
    /// </summary>
    [Alias("GetReplicas")]
    Task<ExpertReplica[]> GetReplicasAsync();
}
