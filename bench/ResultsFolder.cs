using System.Text.Json;

namespace ExpertCluster.Bench;

/// <summary>artifacts/bench of the repository: a Markdown and a JSON file for each kind of benchmark.</summary>
internal static class ResultsFolder
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Path { get; } = Create();

    /// <summary>Writes NAME.md and NAME.json, and prints the Markdown.</summary>
    public static void Write<T>(string name, string markdown, T value)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, $"{name}.md"), markdown);
        File.WriteAllText(System.IO.Path.Combine(Path, $"{name}.json"), JsonSerializer.Serialize(value, Json));
        Console.Write(markdown);
    }

    private static string Create()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "ExpertCluster.sln")))
        {
            folder = folder.Parent;
        }

        return Directory.CreateDirectory(System.IO.Path.Combine(folder?.FullName ?? ".", "artifacts", "bench")).FullName;
    }
}
