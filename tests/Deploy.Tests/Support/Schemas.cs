using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExpertCluster.Deploy.Tests.Support;

/// <summary>The Kubernetes, KEDA and Prometheus operator schemas, from pinned npm packages.</summary>
internal static class Schemas
{
    private static readonly string Folder = Repository.Path("tests", "Deploy.Tests", "npm");
    private static readonly Lazy<Task> Ready = new(SetUpAsync);

    /// <summary>Findings, one line each; empty where all objects are valid.</summary>
    public static async Task<string[]> CheckAsync(IEnumerable<JsonNode> objects)
    {
        await Ready.Value;
        var input = new JsonArray([.. objects.Select(item => item.DeepClone())]).ToJsonString();
        return JsonSerializer.Deserialize<string[]>(await Tool.RunAsync("node", ["validate.mjs"], input, Folder))!;
    }

    private static async Task SetUpAsync()
    {
        await Tool.SetUpAsync("node", "npm");
        var wanted = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        var stamp = Path.Combine(Folder, "node_modules", ".installed-lock");
        if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp) != wanted)
        {
            await Tool.RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder: Folder);
            await File.WriteAllTextAsync(stamp, wanted);
        }
    }
}
