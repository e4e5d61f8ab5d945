namespace ExpertCluster.Deploy.Tests.Support;

/// <summary>Where things lie in the checkout.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(Path(parts));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "ExpertCluster.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("ExpertCluster.sln is not above the tests.");
        }

        return folder.FullName;
    }
}
