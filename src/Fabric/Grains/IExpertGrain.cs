using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>
/// One replica of an expert: activated on a host, where it keeps the expert loaded. Its key is
/// <see cref="ExpertKey"/>. Tokens never pass through it: it says where the expert is, gRPC carries the rest.
/// </summary>
[Alias("expertcluster.IExpertGrain")]
public interface IExpertGrain : IGrainWithStringKey
{
    /// <summary>Loads the expert if it isn't, and says where it is. Throws when the host can't load it.</summary>
    /// <returns>Null: the activation has failed before and is on its way out; another host may do better a moment later.</returns>
    [Alias("EnsureLoaded")]
    Task<ExpertReplica?> EnsureLoadedAsync();
}
