using ExpertCluster.TestSupport;

namespace ExpertCluster.Conformance.Tests;

/// <summary>Where the lists of public members lie, in the checkout and beside it.</summary>
internal static class Repository
{
    /// <summary>The folder with the lists of the official packages; null in a checkout without one beside it.</summary>
    public static string? OfficialApi { get; } =
        Upwards(RepositoryRoot.Path).Select(folder => Path.Combine(folder, "shared", "official-api")).FirstOrDefault(Directory.Exists);

    public static IEnumerable<string> Standins =>
        Directory.EnumerateDirectories(RepositoryRoot.Combine("standins")).Select(folder => Path.GetFileName(folder)!).Order();

    public static string PublicApiFile(string standin) => RepositoryRoot.Combine("standins", standin, "PublicApi.txt");

    private static IEnumerable<string> Upwards(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            yield return folder.FullName;
    }
}
