namespace ExpertCluster.SystemTests.Support;

/// <summary>Where things are in the checkout.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The command-line program, of the same build configuration as this test.</summary>
    public static string Cli { get; } = Path.Combine(
        Root, "artifacts", "bin", "Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "ExpertCluster.Cli.dll");

    public static string Demo(params string[] parts) => Path.Combine([Root, "models", "demo", .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ExpertCluster.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("ExpertCluster.sln is in no folder above the tests");
    }
}
