using ExpertCluster.Fabric.Placement;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace ExpertCluster.Fabric;

/// <summary>What every silo has, whether it holds experts or only asks for them.</summary>
public static class FabricServices
{
    /// <summary>Adds placement, and the view of the hosts that it goes by.</summary>
    public static IServiceCollection AddFabric(this IServiceCollection services)
    {
        services.AddSingleton<ClusterViewCache>();
        services.AddPlacementDirector<ExpertPlacement, ExpertPlacementDirector>();
        return services;
    }
}
