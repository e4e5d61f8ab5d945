using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>Prepared in the user's cache, running on this machine.</summary>
internal sealed class LocalClusters : IClusters
{
    public ICatalogueKeeper Keeper(string config, Action<string> progress) => CatalogueKeeper.Cached(config, progress);

    public Task<RunningCluster> StartAsync(ClusterLayout layout, Action<string> progress, CancellationToken cancellation) =>
        RunningCluster.StartAsync(layout, progress, TimeProvider.System, cancellation);
}
