using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExpertCluster.Node.Draining;

/// <summary>Ready: the program lacks nothing, and its stop has not begun. One that an operator drains stays ready: nothing is to replace it.</summary>
internal sealed class ReadyCheck(DrainState state, IReadiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((state.Stopping ? "draining" : readiness.Lacks) is { } reason
            ? HealthCheckResult.Unhealthy(reason)
            : HealthCheckResult.Healthy());
}
