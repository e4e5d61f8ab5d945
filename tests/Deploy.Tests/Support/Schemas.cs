using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests.Support;

/// <summary>The Kubernetes, KEDA and Prometheus operator schemas, from pinned npm packages.</summary>
internal static class Schemas
{
    private static readonly Lazy<string> Packages = new(() => NpmPackages.Install("Deploy.Tests"));

    /// <summary>Findings, one line each; empty where all objects are valid.</summary>
    public static async Task<string[]> CheckAsync(IEnumerable<JsonNode> objects)
    {
        var input = new JsonObject
        {
            ["directory"] = Packages.Value,
            ["objects"] = new JsonArray([.. objects.Select(item => item.DeepClone())]),
        };
        string script = RepositoryRoot.Combine("tests", "Deploy.Tests", "npm", "validate.mjs");
        return JsonSerializer.Deserialize<string[]>(await Tool.RunAsync("node", [script], input: input.ToJsonString()))!;
    }
}
