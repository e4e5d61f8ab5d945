using ExpertCluster.Router.Discovery;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExpertCluster.Router.Health;

/// <summary>Ready: at least one expert could be located, a host answers, and no drain has begun.</summary>
internal sealed class ReadyCheck(ClusterWatcher watcher, RouterState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            state.Draining ? HealthCheckResult.Unhealthy("draining")
            : watcher.Ready ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(watcher.HasLocated ? "no expert host answers" : "no expert could be located yet"));
}
