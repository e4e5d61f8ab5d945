using ExpertCluster.ExpertHost;
using ExpertCluster.Inference.Sampling;

namespace ExpertCluster.Samples.OwnHost;

/// <summary>The product's host, with one sampler filter more.</summary>
public static class OwnHostApplication
{
    /// <inheritdoc cref="ExpertHostApplication.Build(string[], Action{IServiceCollection})"/>
    public static WebApplication Build(string[] args) => ExpertHostApplication.Build(args, services => services.AddSingleton<ILogitsFilter, TopSigmaFilter>());
}
