namespace ExpertCluster.TestSupport;

/// <summary>The checkout that a test runs from.</summary>
public static class RepositoryRoot
{
    public static string Path { get; } = Find();

    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The text of one of its files.</summary>
    public static string Read(params string[] parts) => File.ReadAllText(Combine(parts));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "ExpertCluster.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"ExpertCluster.sln is in no folder above {AppContext.BaseDirectory}");
    }
}
