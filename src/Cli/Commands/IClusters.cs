using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>Where commands get their cluster from.</summary>
internal interface IClusters
{
    /// <summary>Prepares a catalogue, and again whenever that is due.</summary>
    ICatalogueKeeper Keeper(string config, Action<string> progress);

    Task<RunningCluster> StartAsync(ClusterLayout layout, Action<string> progress, CancellationToken cancellation);
}
