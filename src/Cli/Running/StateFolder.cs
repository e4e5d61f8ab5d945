namespace ExpertCluster.Cli.Running;

/// <summary>
/// Where clusters of this machine keep what was asked of them, between runs: EXPERTCLUSTER_STATE, or expertcluster in XDG_STATE_HOME, or in
/// .local/state of the user's home. It can't be made again from anything else.
/// </summary>
internal static class StateFolder
{
    private const string Own = "expertcluster";

    public static string Root { get; } = Choose();

    private static string Choose()
    {
        if (Environment.GetEnvironmentVariable("EXPERTCLUSTER_STATE") is { Length: > 0 } folder)
        {
            return Path.GetFullPath(folder);
        }

        // The XDG base directory specification has relative paths ignored.
        return Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { } shared && Path.IsPathRooted(shared)
            ? Path.Combine(shared, Own)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state", Own);
    }
}
