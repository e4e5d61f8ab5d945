using ExpertCluster.Node.Membership;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExpertCluster.Node.Hosting;

/// <summary>
/// Health of a process, alike on router and host: /health/live and /health/ready by HTTP, grpc.health.v1 with the services
/// "" (ready), "liveness" and "readiness". Liveness is local: it asks no peer and no store.
/// </summary>
public static class NodeHealth
{
    public const string Readiness = "readiness";
    public const string Liveness = "liveness";

    public static IServiceCollection AddNodeHealth<TReadyCheck>(this IServiceCollection services)
        where TReadyCheck : class, IHealthCheck
    {
        services.AddGrpcHealthChecks(options =>
            {
                options.Services.Map("", check => check.Tags.Contains(Readiness));
                options.Services.Map(Readiness, check => check.Tags.Contains(Readiness));
                options.Services.Map(Liveness, check => check.Tags.Contains(Liveness));
            })
            .AddCheck<TReadyCheck>(Readiness, tags: [Readiness])
            .AddCheck<JoinCheck>("membership", tags: [Readiness])
            .AddCheck(Liveness, () => HealthCheckResult.Healthy(), tags: [Liveness]);

        // A probe must see a drain within a second.
        services.Configure<HealthCheckPublisherOptions>(options =>
        {
            options.Delay = TimeSpan.Zero;
            options.Period = TimeSpan.FromSeconds(1);
        });
        return services;
    }

    public static void MapNodeHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcHealthChecksService();
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Liveness) });
        endpoints.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(Readiness),
            ResponseWriter = WriteReasonsAsync,
        });
    }

    /// <summary>"Healthy", or "Unhealthy: " and why: for people, since probes read the status alone.</summary>
    private static Task WriteReasonsAsync(HttpContext http, HealthReport report)
    {
        var reasons = report.Entries.Values.Where(entry => entry.Status != HealthStatus.Healthy).Select(entry => entry.Description ?? "a check failed").ToList();
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(
            reasons.Count == 0 ? report.Status.ToString() : $"{report.Status}: {string.Join("; ", reasons)}", http.RequestAborted);
    }

    private sealed class JoinCheck(ClusterJoin join) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(join.IsJoined ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(join.WaitsFor));
    }
}
