namespace ExpertCluster.Conformance.Tests;

/// <summary>Where things lie in the checkout, and beside it.</summary>
internal static class Repository
{
    public static string Root { get; } =
        Ancestors().First(folder => File.Exists(Path.Combine(folder, "ExpertCluster.sln")));

    /// <summary>The folder with the lists of the official packages; null in a checkout without one beside it.</summary>
    public static string? OfficialApi { get; } =
        Ancestors().Select(folder => Path.Combine(folder, "shared", "official-api")).FirstOrDefault(Directory.Exists);

    public static IEnumerable<string> Standins =>
        Directory.EnumerateDirectories(Path.Combine(Root, "standins")).Select(folder => Path.GetFileName(folder)!).Order();

    public static string PublicApiFile(string standin) => Path.Combine(Root, "standins", standin, "PublicApi.txt");

    private static IEnumerable<string> Ancestors()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return folder.FullName;
    }
}
