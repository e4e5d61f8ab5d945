using ExpertCluster.Fabric.Placement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;

namespace ExpertCluster.Fabric;

/// <summary>What every silo has, whether it holds experts or only asks for them.</summary>
public static class FabricServices
{
    /// <summary>Adds placement, and the view of the hosts that it goes by. Rankings of one's own are registered beside the product's.</summary>
    /// <param name="services">Of the silo.</param>
    /// <param name="ranking">Name of the <see cref="IHostRanking"/> that chooses hosts; the same on every silo.</param>
    public static IServiceCollection AddFabric(this IServiceCollection services, string ranking = HostRankings.Default)
    {
        services.AddSingleton<ClusterViewCache>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostRanking, BaseFirstRanking>());
        services.AddSingleton(provider => new HostRankings(provider.GetServices<IHostRanking>(), ranking));
        services.AddPlacementDirector<ExpertPlacement, ExpertPlacementDirector>();
        return services;
    }
}
