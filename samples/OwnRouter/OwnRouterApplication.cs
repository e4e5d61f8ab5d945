using ExpertCluster.Contracts.Routing;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Router;

namespace ExpertCluster.Samples.OwnRouter;

/// <summary>The product's router, with three policies more.</summary>
public static class OwnRouterApplication
{
    /// <inheritdoc cref="RouterApplication.Build(string[], Action{IServiceCollection})"/>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? more = null) => RouterApplication.Build(args, services =>
    {
        services.AddSingleton<IGateKind, WordGate>();
        services.AddSingleton<IMergePolicy, HalvesMerge>();
        services.AddSingleton<IHostScorer, ZoneScorer>();
        more?.Invoke(services);
    });
}
