using ExpertCluster.Fabric.Placement;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace ExpertCluster.Fabric;

/// <summary>What every silo has, whether it holds experts or only asks for them.</summary>
public static class FabricServices
{
    /// <summary>Adds placement.</summary>
    /// <param name="services">Of the silo.</param>
    /// <param name="siloNameOfHost">How the silo of a host is called.</param>
    public static IServiceCollection AddFabric(this IServiceCollection services, Func<string, string> siloNameOfHost)
    {
        services.AddSingleton(new SiloNaming(siloNameOfHost));
        services.AddPlacementDirector<ExpertPlacement, ExpertPlacementDirector>();
        services.AddPlacementDirector<RouterPlacement, RouterPlacementDirector>();
        return services;
    }
}
