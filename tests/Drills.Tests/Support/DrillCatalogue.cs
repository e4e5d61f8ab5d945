using ExpertCluster.TestSupport;

namespace ExpertCluster.Drills.Support;

/// <summary>The demo's catalogue, prepared once for all drills, with one expert that has a single replica.</summary>
internal static class DrillCatalogue
{
    /// <summary>Has one replica: where its host is lost, it must be placed anew.</summary>
    public const string Single = "law";

    /// <summary>Has two: one of them is always elsewhere.</summary>
    public const string Twofold = "finance";

    private static readonly Lazy<Task<string>> Prepared = new(PrepareAsync);

    /// <summary>The folder that `prepare` wrote.</summary>
    public static Task<string> PathAsync() => Prepared.Value;

    private static async Task<string> PrepareAsync()
    {
        // Beside the build's output, so that it outlives this process and is overwritten by the next.
        string folder = Path.Combine(AppContext.BaseDirectory, "catalogue");
        Directory.CreateDirectory(folder);
        string models = RepositoryRoot.Combine("models", "demo");
        string yaml = await File.ReadAllTextAsync(Path.Combine(models, "experts.yaml"));
        foreach (string entry in (string[])["path: ", "adapter: ", "examples: "])
        {
            yaml = yaml.Replace(entry, entry + models + "/", StringComparison.Ordinal);
        }

        int at = yaml.IndexOf("replicas: 2", yaml.IndexOf($"name: {Single}", StringComparison.Ordinal), StringComparison.Ordinal);
        string config = Path.Combine(folder, "experts.yaml");
        await File.WriteAllTextAsync(config, yaml[..at] + "replicas: 1" + yaml[(at + "replicas: 2".Length)..]);
        string target = Path.Combine(folder, "prepared");
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        await Tool.RunAsync("dotnet", ["exec", Node.ProgramPath("Cli"), "prepare", "--config", config, target]);
        return target;
    }
}
