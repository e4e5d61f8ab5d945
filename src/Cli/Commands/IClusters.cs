using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>Where commands get their cluster from.</summary>
internal interface IClusters
{
    /// <summary>The folder that routers and hosts are given.</summary>
    string Prepare(string config, Action<string> progress, CancellationToken cancellation);

    Task<RunningCluster> StartAsync(ClusterLayout layout, Action<string> progress, CancellationToken cancellation);
}
