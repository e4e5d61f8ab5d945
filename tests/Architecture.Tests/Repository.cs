using ExpertCluster.TestSupport;

namespace ExpertCluster.Architecture.Tests;

/// <summary>The checkout's own files, without build output and fetched things.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["artifacts", "obj", "bin", "node_modules", ".cache", ".git"];

    /// <summary>Paths relative to the repository, with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files(string folder, string extension)
    {
        var found = new List<string>();
        string path = RepositoryRoot.Combine(folder);
        if (Directory.Exists(path))
        {
            Collect(path, extension, found);
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static void Collect(string folder, string extension, List<string> found)
    {
        found.AddRange(Directory.EnumerateFiles(folder, "*" + extension)
            .Select(file => Path.GetRelativePath(RepositoryRoot.Path, file).Replace('\\', '/')));
        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            if (!Skipped.Contains(Path.GetFileName(child)))
            {
                Collect(child, extension, found);
            }
        }
    }
}
