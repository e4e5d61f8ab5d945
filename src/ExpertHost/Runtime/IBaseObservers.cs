using ExpertCluster.Inference.Batching;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Who is told of a base's steps. The runtime knows no metrics.</summary>
internal interface IBaseObservers
{
    IEngineObserver Of(string baseName);
}
