using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>
/// The hosts' reports of what they have, and who shall keep which expert warm. One activation, key <see cref="Key"/>. What it knows comes
/// from reports that repeat every second, so a new activation is complete again after one round. Which experts there should be, each
/// process reads in its own catalogue.
/// </summary>
[Alias("expertcluster.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithStringKey
{
    const string Key = "catalog";

    /// <summary>A host tells what it has; the answer is the view of all hosts, without what each has warm.</summary>
    [Alias("ReportHost")]
    Task<ClusterView> ReportHostAsync(HostReport report);

    [Alias("GetView")]
    Task<ClusterView> GetViewAsync();

    /// <summary>What a host shall keep warm; null: nothing is decided yet, and what it keeps stays.</summary>
    [Alias("GetOrders")]
    Task<HostOrders?> GetOrdersAsync(string host);

    /// <summary>A router tells what it was asked for since it last told.</summary>
    [Alias("TellDemand")]
    Task TellDemandAsync(DemandReport report);
}
