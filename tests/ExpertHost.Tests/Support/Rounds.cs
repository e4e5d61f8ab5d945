using ExpertCluster.Fabric;
using ExpertCluster.Fabric.Placement.Rounds;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>The product's own policy of placement.</summary>
internal static class Rounds
{
    public static IPlacementPolicy Policy()
    {
        using var services = new ServiceCollection().AddPlacementRounds(new PlacementOptions()).BuildServiceProvider();
        return services.GetServices<IPlacementPolicy>().Single(policy => policy.Name == PlacementPolicies.Default);
    }
}
