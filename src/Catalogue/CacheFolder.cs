namespace ExpertCluster.Catalogue;

/// <summary>
/// Where imported bases, trained gates and logs are kept between runs: EXPERTCLUSTER_CACHE, or expertcluster in
/// XDG_CACHE_HOME, or in .cache of the user's home. All of it is keyed by content and can be deleted at any time.
/// </summary>
public static class CacheFolder
{
    /// <summary>The model store's folder in a cache.</summary>
    public const string Store = "store";

    public static string Root { get; } = UserFolder.Of("EXPERTCLUSTER_CACHE", "XDG_CACHE_HOME", ".cache");
}
