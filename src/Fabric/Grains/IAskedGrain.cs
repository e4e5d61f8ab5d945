using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>What a router remembers of the requests that it answered. Activated on that router; its key is <see cref="RequestKey.OfRouter"/> its silo.</summary>
[Alias("expertcluster.IAskedGrain")]
public interface IAskedGrain : IGrainWithStringKey
{
    /// <summary>A caller says how an answer was: the router counts it, and tells what it was about.</summary>
    /// <returns>Null: it remembers no such request.</returns>
    [Alias("Judge")]
    Task<FeedbackEntry?> JudgeAsync(string requestId, bool good);
}
