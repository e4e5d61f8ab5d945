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

    /// <summary>What was prepared; there once <see cref="PathAsync"/> has returned.</summary>
    public static string File => Path.Combine(Folder, "experts.yaml");

    // Beside the build's output, so that it outlives this process and is overwritten by the next.
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "catalogue");

    /// <summary>The folder that `prepare` wrote.</summary>
    public static Task<string> PathAsync() => Prepared.Value;

    /// <summary>Prepares a catalogue file's content into a folder.</summary>
    public static Task PrepareAsync(string file, string folder, CancellationToken cancellation) =>
        Tool.RunAsync("dotnet", ["exec", Node.ProgramPath("Cli"), "prepare", "--config", file, folder], cancellationToken: cancellation);

    private static async Task<string> PrepareAsync()
    {
        Directory.CreateDirectory(Folder);
        string models = RepositoryRoot.Combine("models", "demo");
        string yaml = await System.IO.File.ReadAllTextAsync(Path.Combine(models, "experts.yaml"));
        foreach (string entry in (string[])["path: ", "adapter: ", "examples: "])
        {
            yaml = yaml.Replace(entry, entry + models + "/", StringComparison.Ordinal);
        }

        int at = yaml.IndexOf("replicas: 2", yaml.IndexOf($"name: {Single}", StringComparison.Ordinal), StringComparison.Ordinal);
        await System.IO.File.WriteAllTextAsync(File, yaml[..at] + "replicas: 1" + yaml[(at + "replicas: 2".Length)..]);
        string target = Path.Combine(Folder, "prepared");
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        // For all drills: it does not end with the one that asks first.
        await PrepareAsync(File, target, CancellationToken.None);
        return target;
    }
}
