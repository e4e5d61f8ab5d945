using ExpertCluster.ExpertHost.Runtime;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExpertCluster.ExpertHost.Health;

/// <summary>Ready: the bases are loaded, and no drain has begun.</summary>
internal sealed class ReadyCheck(HostState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Ready
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(state.Draining ? "draining" : "loading its bases"));
}
