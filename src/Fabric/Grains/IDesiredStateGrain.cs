using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>
/// What the admin API wants, one state for the whole cluster, in the cluster's store. One activation, key <see cref="Key"/>. The state and its
/// changes travel as documents, which processes of two versions read alike.
/// </summary>
[Alias("expertcluster.IDesiredStateGrain")]
public interface IDesiredStateGrain : IGrainWithStringKey
{
    const string Key = "desired";

    /// <param name="known">The version that the caller has; -1: none.</param>
    /// <returns>The state, without its document where the caller has it.</returns>
    [Alias("Get")]
    Task<DesiredDocument> GetAsync(long known);

    /// <summary>Makes a change; once this returns with a version, it is stored.</summary>
    /// <param name="change">A document.</param>
    [Alias("Change")]
    Task<DesiredOutcome> ChangeAsync(string change);
}
