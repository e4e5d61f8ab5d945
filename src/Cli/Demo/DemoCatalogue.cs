namespace ExpertCluster.Cli.Demo;

/// <summary>The catalogue of the models that come with the repository.</summary>
internal static class DemoCatalogue
{
    private const string RelativePath = "models/demo/experts.yaml";

    /// <summary>Found from the build's output upwards, so that any working directory will do.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, RelativePath);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return System.IO.Path.GetFullPath(RelativePath);
    }
}
