namespace ExpertCluster.Cli.Preparation;

/// <summary>
/// Where imported bases, trained gates and logs are kept between runs: EXPERTCLUSTER_CACHE, or .cache/expertcluster in the
/// user's home. All of it is keyed by content and can be deleted at any time.
/// </summary>
internal static class CacheFolder
{
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("EXPERTCLUSTER_CACHE") is { Length: > 0 } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "expertcluster");
}
