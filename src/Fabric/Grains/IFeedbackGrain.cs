using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>What callers said of their answers, a part of it, in the cluster's store. Its key is <see cref="FeedbackKey"/>.</summary>
[Alias("expertcluster.IFeedbackGrain")]
public interface IFeedbackGrain : IGrainWithStringKey
{
    /// <summary>The oldest go.</summary>
    const int MostEntries = 64;

    /// <summary>Stored when this returns. What was said before of the same request goes.</summary>
    [Alias("Add")]
    Task AddAsync(FeedbackEntry entry);

    /// <summary>In the order in which they came.</summary>
    [Alias("List")]
    Task<FeedbackEntry[]> ListAsync();
}
