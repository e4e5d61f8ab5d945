using ExpertCluster.Node.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ExpertCluster.Node.Draining;

/// <summary>Readiness and the drain, alike in both programs.</summary>
public static class DrainServices
{
    /// <summary>Adds the state that the program's own services ask, and health endpoints that tell of it.</summary>
    public static IServiceCollection AddReadiness<TReadiness>(this IServiceCollection services)
        where TReadiness : class, IReadiness
    {
        services.TryAddSingleton<DrainState>();
        services.TryAddSingleton<TReadiness>();
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<TReadiness>());
        return services.AddNodeHealth<ReadyCheck>();
    }

    /// <summary>
    /// Call it last: hosted services stop in the opposite order, and this one is to stop first, while silo and server still run;
    /// what bounds the rest of the stop stands right before it.
    /// </summary>
    public static IServiceCollection AddDrain<TWork>(this IServiceCollection services)
        where TWork : class, IDrainedWork
    {
        services.TryAddSingleton<DrainState>();
        services.AddSingleton<IDrainedWork, TWork>();
        services.AddStopLimit();
        return services.AddHostedService<Drain>();
    }
}
