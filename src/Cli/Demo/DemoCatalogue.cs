namespace ExpertCluster.Cli.Demo;

/// <summary>The catalogue of the models that come with the repository.</summary>
internal static class DemoCatalogue
{
    private const string RelativePath = "models/demo/experts.yaml";

    /// <summary>What all paths of the repository are relative to. Found from the build's output upwards, so that any working directory will do.</summary>
    public static string Root { get; } = Find();

    public static string Path { get; } = System.IO.Path.Combine(Root, RelativePath);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, RelativePath)))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
