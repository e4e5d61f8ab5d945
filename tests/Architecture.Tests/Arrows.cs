namespace ExpertCluster.Architecture.Tests;

/// <summary>
/// Who may know whom. The one place to change when the layout changes; the reasons are in the design of the layout:
/// the runtime knows no wire, the wire knows no runtime, router and host meet only through contracts.
/// </summary>
internal static class Arrows
{
    /// <summary>Direct project references that each project may have. A path is a folder below the repository.</summary>
    private static readonly Dictionary<string, string[]> AllowedProjects = new(StringComparer.Ordinal)
    {
        ["src/Protos"] = [],
        ["src/Client"] = ["src/Protos"],
        ["src/CommandLine"] = [],
        ["src/Contracts"] = [],
        ["src/Files"] = [],
        ["src/Grammars"] = [],
        ["src/Text"] = ["src/Files"],
        ["src/Sessions"] = [],
        ["src/Models"] = ["src/Text"],
        ["src/Gating"] = ["src/Contracts", "src/Models", "src/Sessions"],
        ["src/Learning"] = ["src/Gating"],
        ["src/Catalogue"] = ["src/Contracts", "src/Models", "src/Learning"],
        ["src/Inference"] = ["src/Contracts", "src/Grammars", "src/Models", "src/Sessions"],
        ["src/Node"] = ["src/Contracts", "src/Files", "src/Protos"],
        ["src/Fabric"] = ["src/Contracts"],
        ["src/ExpertHost"] = ["src/Catalogue", "src/Inference", "src/Gating", "src/Node", "src/Fabric"],
        ["src/Router"] = ["src/Catalogue", "src/Gating", "src/Node", "src/Fabric"],
        ["src/Simulation"] = ["src/Fabric", "src/Router"],
        ["src/Cli"] = ["src/*"],
        ["load"] = ["src/Protos", "src/CommandLine", "src/Files"],
        // Models and adapters of random weights come from where the tests have them.
        ["bench"] = ["src/*", "tests/Reference"],
    };

    /// <summary>Families of packages, by the start of their names, and the namespaces that they bring.</summary>
    private static readonly Dictionary<string, string[]> PackageNamespaces = new(StringComparer.Ordinal)
    {
        ["Grpc."] = ["Grpc"],
        ["Google.Protobuf"] = ["Google.Protobuf"],
        ["Microsoft.Orleans."] = ["Orleans"],
        ["Microsoft.ML.OnnxRuntime"] = ["Microsoft.ML.OnnxRuntime"],
        ["prometheus-net"] = ["Prometheus"],
    };

    /// <summary>Projects that must stay free of a family, however it might reach them.</summary>
    private static readonly Dictionary<string, string[]> ForbiddenPackages = new(StringComparer.Ordinal)
    {
        ["src/Contracts"] = ["Google.Protobuf", "Grpc.", "Microsoft.Orleans.", "Microsoft.ML.OnnxRuntime", "prometheus-net"],
        ["src/Grammars"] = ["Google.Protobuf", "Grpc.", "Microsoft.Orleans.", "Microsoft.ML.OnnxRuntime", "prometheus-net"],
        ["src/Text"] = ["Google.Protobuf", "Grpc.", "Microsoft.Orleans.", "Microsoft.ML.OnnxRuntime", "prometheus-net"],
        ["src/Models"] = ["Grpc.", "Microsoft.Orleans.", "Microsoft.ML.OnnxRuntime", "prometheus-net"],
        ["src/Sessions"] = ["Grpc.", "Microsoft.Orleans.", "prometheus-net"],
        ["src/Gating"] = ["Grpc.", "Microsoft.Orleans.", "prometheus-net"],
        ["src/Learning"] = ["Grpc.", "Microsoft.Orleans.", "prometheus-net"],
        ["src/Catalogue"] = ["Grpc.", "Microsoft.Orleans.", "prometheus-net"],
        ["src/Inference"] = ["Grpc.", "Microsoft.Orleans.", "prometheus-net"],
        // In other people's programs.
        ["src/Client"] = ["Microsoft.Orleans.", "Microsoft.ML.OnnxRuntime", "prometheus-net"],
        ["src/Protos"] = ["Microsoft.Orleans.", "Microsoft.ML.OnnxRuntime", "prometheus-net"],
        ["src/Fabric"] = ["Grpc.", "Microsoft.ML.OnnxRuntime"],
        ["src/Router"] = ["Microsoft.ML.OnnxRuntime"],
        ["load"] = ["Microsoft.Orleans.", "Microsoft.ML.OnnxRuntime", "prometheus-net"],
    };

    /// <summary>Compilers: they bring no namespace.</summary>
    private static readonly string[] BuildTools = ["Grpc.Tools"];

    public static IEnumerable<string> Projects => AllowedProjects.Keys;

    /// <summary>All that <paramref name="project"/> may use, directly or through others; itself too.</summary>
    public static IReadOnlySet<string> Reachable(string project)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal) { project };
        var open = new Stack<string>([project]);
        while (open.TryPop(out string? next))
        {
            foreach (string? allowed in Expand(AllowedProjects.GetValueOrDefault(next, [])).Where(reached.Add))
            {
                open.Push(allowed);
            }
        }

        return reached;
    }

    /// <summary>The family that <paramref name="project"/> must stay free of and <paramref name="package"/> belongs to, or null.</summary>
    public static string? Forbidden(string project, string package) => BuildTools.Contains(package)
        ? null
        : ForbiddenPackages.GetValueOrDefault(project, []).FirstOrDefault(family => package.StartsWith(family, StringComparison.Ordinal));

    /// <summary>Namespace roots that no source of <paramref name="project"/> may name, and why.</summary>
    public static IEnumerable<(string Namespace, string Reason)> ForbiddenNamespaces(string project)
    {
        var reachable = Reachable(project);
        foreach (string? other in AllowedProjects.Keys.Where(other => !reachable.Contains(other)))
        {
            string reason = $"{project} must not know {other}";
            yield return other == "src/Protos" ? ("ExpertCluster.V1", reason) : ("ExpertCluster." + Name(other), reason);
        }

        foreach (string? family in ForbiddenPackages.GetValueOrDefault(project, []))
        {
            foreach (string root in PackageNamespaces[family])
            {
                yield return (root, $"{project} must stay free of {root}");
            }
        }
    }

    private static IEnumerable<string> Expand(string[] allowed) =>
        allowed.SelectMany(path => path == "src/*" ? AllowedProjects.Keys.Where(key => key.StartsWith("src/", StringComparison.Ordinal)) : [path]);

    private static string Name(string project) => project switch
    {
        "load" => "Load",
        "bench" => "Bench",
        _ => project["src/".Length..],
    };
}
