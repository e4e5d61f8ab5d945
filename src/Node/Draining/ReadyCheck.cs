using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExpertCluster.Node.Draining;

/// <summary>Ready: the program lacks nothing, and no drain has begun.</summary>
internal sealed class ReadyCheck(DrainState state, IReadiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((state.Draining ? "draining" : readiness.Lacks) is { } reason
            ? HealthCheckResult.Unhealthy(reason)
            : HealthCheckResult.Healthy());
}
