using ExpertCluster.Contracts;
using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Fabric.Placement.Rounds.Baselines;
using ExpertCluster.Fabric.Placement.Rounds.Deciding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ExpertCluster.Fabric;

/// <summary>The policies that rounds may go by, each found by its name.</summary>
public static class PlacementServices
{
    /// <summary>Adds the product's; one of your own is one more <see cref="IPlacementPolicy"/>.</summary>
    /// <exception cref="SetupException">A figure is out of its range; the message names each that is.</exception>
    public static IServiceCollection AddPlacementRounds(this IServiceCollection services, PlacementOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.Join("; ", options.Failures()) is { Length: > 0 } failures)
        {
            throw new SetupException(failures);
        }

        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IPlacementPolicy, DemandPlacement>(_ => new DemandPlacement(options)),
            ServiceDescriptor.Singleton<IPlacementPolicy, RoundRobinPlacement>(_ => new RoundRobinPlacement(options)),
            ServiceDescriptor.Singleton<IPlacementPolicy, LeastLoadedPlacement>(_ => new LeastLoadedPlacement(options)),
        ]);
        return services;
    }
}
