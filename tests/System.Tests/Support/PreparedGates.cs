using System.Text.Json;

namespace ExpertCluster.SystemTests.Support;

/// <summary>The gates that the running cluster uses: the newest prepared catalogue of the cache names them.</summary>
internal static class PreparedGates
{
    public static string Folder()
    {
        string cache = Environment.GetEnvironmentVariable("EXPERTCLUSTER_CACHE")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "expertcluster");
        var newest = new DirectoryInfo(Path.Combine(cache, "prepared")).EnumerateFiles("prepared.json", SearchOption.AllDirectories)
            .MaxBy(f => f.LastWriteTimeUtc)!;
        using var json = JsonDocument.Parse(File.ReadAllBytes(newest.FullName));
        return Path.GetFullPath(json.RootElement.GetProperty("gates").GetString()!, newest.DirectoryName!);
    }
}
