using ExpertCluster.V1;

namespace ExpertCluster.Cli.Inspection;

/// <summary>Shows what a watch tells.</summary>
internal interface IWatchView
{
    /// <summary>A watch begins, with all experts there are.</summary>
    void Begin();

    void Show(WatchExpertsResponse message);
}
