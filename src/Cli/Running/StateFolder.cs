using ExpertCluster.Catalogue;

namespace ExpertCluster.Cli.Running;

/// <summary>
/// Where clusters of this machine keep what was asked of them, between runs: EXPERTCLUSTER_STATE, or expertcluster in XDG_STATE_HOME, or in
/// .local/state of the user's home. It can't be made again from anything else.
/// </summary>
internal static class StateFolder
{
    public static string Root { get; } = UserFolder.Of("EXPERTCLUSTER_STATE", "XDG_STATE_HOME", Path.Combine(".local", "state"));
}
