using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExpertCluster.Cluster.Hosting;

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
        endpoints.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Readiness) });
    }
}
