using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.SystemTests.Support;

/// <summary>The gates that the running cluster uses: the newest prepared catalogue of the cache names them.</summary>
internal static class PreparedGates
{
    public static string Folder()
    {
        var newest = new DirectoryInfo(Path.Combine(Cache(), "prepared")).EnumerateDirectories()
            .Select(d => new FileInfo(Path.Combine(d.FullName, PreparedCatalogue.FileName)))
            .Where(f => f.Exists)
            .MaxBy(f => f.LastWriteTimeUtc)!;
        return PreparedCatalogue.Load(newest.DirectoryName!).Gates!.Location;
    }

    private static string Cache() =>
        Environment.GetEnvironmentVariable("EXPERTCLUSTER_CACHE") is { Length: > 0 } own ? own
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } shared && Path.IsPathRooted(shared)
                ? shared
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "expertcluster");
}
