using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests.Support;

/// <summary>What <c>kubectl kustomize</c> makes of the base, every overlay and every component; each rendered once.</summary>
internal static class Rendering
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<JsonNode>>>> Rendered = new(StringComparer.Ordinal);
    private static readonly Lazy<Task> Ready = new(SetUpAsync);
    private const string Keeper = "components/keeper";
    private const string Published = "components/published-catalogue";

    /// <summary>
    /// <c>base</c>, <c>overlays/X</c>, <c>base + components/Y</c> for each one, and each of base and overlays with all components: with a
    /// published catalogue, and with a keeper, which has one in it.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = ListNames();

    /// <summary>The base with all that goes together with a keeper.</summary>
    public static string WithKeeper { get; } = $"base + {string.Join(" + ", Together(Keeper))}";

    public static Task<IReadOnlyList<JsonNode>> GetAsync(string name) =>
        Rendered.GetOrAdd(name, static key => new(() => RenderAsync(key))).Value;

    private static List<string> ListNames()
    {
        string[] components = Folders("components");
        string[] roots = ["base", .. Folders("overlays")];
        return
        [
            .. roots,
            .. components.Select(component => $"base + {component}"),
            .. from root in roots from catalogue in (string[])[Published, Keeper] select $"{root} + {string.Join(" + ", Together(catalogue))}",
        ];
    }

    /// <summary>All components with one of the two, in the order that their comments ask for.</summary>
    private static IEnumerable<string> Together(string catalogue) => Folders("components").Where(component => component is not (Keeper or Published) || component == catalogue)
        .OrderBy(component => component is Keeper or Published ? 1 : component is "components/tls" or "components/remote-experts" ? 2 : 0).ThenBy(component => component, StringComparer.Ordinal);

    private static string[] Folders(string kind) =>
        [.. Directory.EnumerateDirectories(RepositoryRoot.Combine("deploy", "k8s", kind)).Select(folder => $"{kind}/{Path.GetFileName(folder)}").Order(StringComparer.Ordinal)];

    private static async Task<IReadOnlyList<JsonNode>> RenderAsync(string name)
    {
        await Ready.Value;
        string[] parts = name.Split(" + ");
        if (parts.Length == 1)
        {
            return YamlJson.Parse(await KustomizeAsync(RepositoryRoot.Combine("deploy", "k8s", name)));
        }

        // Components have no meaning alone: a kustomization of the moment puts them on top of a root.
        string folder = Directory.CreateDirectory(RepositoryRoot.Combine("artifacts", "deploy-tests", Guid.NewGuid().ToString("N"))).FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "kustomization.yaml"), $"""
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                namespace: expert-cluster
                resources: [../../../deploy/k8s/{parts[0]}]
                components: [{string.Join(", ", parts[1..].Select(part => "../../../deploy/k8s/" + part))}]
                """);
            return YamlJson.Parse(await KustomizeAsync(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> KustomizeAsync(string folder)
    {
        var (code, output, error) = await Tool.TryAsync("kubectl", ["kustomize", folder]);

        // Warnings (deprecated fields, for one) go to standard error with exit code 0.
        return code == 0 && error.Length == 0
            ? output
            : throw new InvalidOperationException($"kubectl kustomize {folder} ended with {code}: {error}");
    }

    private static async Task SetUpAsync()
    {
        Tool.Require("kubectl");
        string version = await Tool.RunAsync("kubectl", ["version", "--client"]);
        if (!version.Contains("Kustomize Version: v5", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(
                $"The manifests need kustomize 5 (kubectl 1.27 or later), which knows components and labels; this kubectl says: {version}");
        }
    }
}
