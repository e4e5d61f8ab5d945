namespace ExpertCluster.Architecture.Tests;

/// <summary>The checkout's own files, without build output and fetched things.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["artifacts", "obj", "bin", "node_modules", ".cache", ".git"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the repository, with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files(string folder, string extension)
    {
        var found = new List<string>();
        var path = Path.Combine(Root, folder);
        if (Directory.Exists(path))
        {
            Collect(path, extension, found);
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    private static void Collect(string folder, string extension, List<string> found)
    {
        found.AddRange(Directory.EnumerateFiles(folder, "*" + extension)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')));
        foreach (var child in Directory.EnumerateDirectories(folder))
        {
            if (!Skipped.Contains(Path.GetFileName(child)))
            {
                Collect(child, extension, found);
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ExpertCluster.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("ExpertCluster.sln is not above the tests.");
        }

        return folder.FullName;
    }
}
