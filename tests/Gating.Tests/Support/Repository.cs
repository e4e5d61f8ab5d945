namespace ExpertCluster.Gating.Tests.Support;

internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Demo { get; } = Path.Combine(Root, "models", "demo");

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ExpertCluster.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No repository above {AppContext.BaseDirectory}.");
    }
}
