using ExpertCluster.Node.Draining;
using ExpertCluster.Router.Discovery;

namespace ExpertCluster.Router.Health;

/// <summary>A router is ready when a host with a base is known, and a host answers.</summary>
internal sealed class RouterReadiness(ClusterWatcher watcher) : IReadiness
{
    public string? Lacks => watcher.Ready ? null : watcher.HasLocated ? "no expert host answers" : "no host with a base is known yet";
}
