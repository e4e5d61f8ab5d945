namespace ExpertCluster.Catalogue;

/// <summary>
/// Where imported bases, trained gates and logs are kept between runs: EXPERTCLUSTER_CACHE, or expertcluster in
/// XDG_CACHE_HOME, or in .cache of the user's home. All of it is keyed by content and can be deleted at any time.
/// </summary>
public static class CacheFolder
{
    /// <summary>The model store's folder in a cache.</summary>
    public const string Store = "store";

    private const string Own = "expertcluster";

    public static string Root { get; } = Choose();

    private static string Choose()
    {
        if (Environment.GetEnvironmentVariable("EXPERTCLUSTER_CACHE") is { Length: > 0 } folder)
        {
            return Path.GetFullPath(folder);
        }

        // The XDG base directory specification has relative paths ignored.
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } shared && Path.IsPathRooted(shared)
            ? Path.Combine(shared, Own)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", Own);
    }
}
