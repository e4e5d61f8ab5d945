using ExpertCluster.Fabric;
using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Simulation.Choosing;
using ExpertCluster.Simulation.Clusters;
using ExpertCluster.Simulation.Options;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Simulation.Running;

/// <summary>What decides in a simulated cluster: a policy of rounds, and how a router chooses.</summary>
public static class Strategies
{
    /// <summary>The product's rounds, the router's own choice.</summary>
    public const string Product = "product";

    /// <summary>Experts placed in turn, requests sent in turn.</summary>
    public const string RoundRobin = PlacementPolicies.RoundRobin;

    /// <summary>Experts placed and requests sent wherever there are the fewest requests.</summary>
    public const string LeastLoaded = PlacementPolicies.LeastLoaded;

    public static IReadOnlyList<string> Names { get; } = [Product, RoundRobin, LeastLoaded];

    internal static IPlacementPolicy PolicyOf(string strategy, SimulationOptions options)
    {
        string name = strategy == Product ? PlacementPolicies.Default : strategy;
        using var services = new ServiceCollection().AddPlacementRounds(options.Placement).BuildServiceProvider();
        return services.GetServices<IPlacementPolicy>().First(p => p.Name == name);
    }

    internal static IHostChooser ChooserOf(string strategy, SimulationOptions options, WarmReplicas warm) => strategy switch
    {
        RoundRobin => new TurnChooser(),
        LeastLoaded => new LeastLoadedChooser(),
        _ => new ProductChooser(options, warm),
    };
}
