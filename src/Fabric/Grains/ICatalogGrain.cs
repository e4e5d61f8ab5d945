using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>
/// The desired state (which experts, how many replicas) and the hosts' reports of what is. One activation, key
/// <see cref="Key"/>. What it knows comes from the prepared catalogue and from reports that repeat every second,
/// so a new activation is complete again after one round.
/// </summary>
[Alias("expertcluster.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithStringKey
{
    const string Key = "catalog";

    /// <summary>The replicas an expert should have; 0 when the catalogue has no such expert.</summary>
    [Alias("GetDesiredReplicas")]
    Task<int> GetDesiredReplicasAsync(string expert);

    /// <summary>A host tells what it has; the answer is the view of all hosts.</summary>
    [Alias("ReportHost")]
    Task<ClusterView> ReportHostAsync(HostReport report);

    [Alias("GetView")]
    Task<ClusterView> GetViewAsync();
}
