using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Inference.Batching;

namespace ExpertCluster.ExpertHost.Telemetry;

/// <summary>Each base's steps, as metrics.</summary>
internal sealed class StepObservers(HostMetrics metrics) : IBaseObservers
{
    public IEngineObserver Of(string baseName) => new StepObserver(metrics, baseName);
}
