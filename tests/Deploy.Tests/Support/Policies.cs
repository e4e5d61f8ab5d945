using System.Text.Json.Nodes;

namespace ExpertCluster.Deploy.Tests.Support;

/// <summary>What network policies let through.</summary>
internal static class Policies
{
    public static IEnumerable<JsonNode> Rules(IEnumerable<JsonNode> policies, IReadOnlyDictionary<string, string> labels, string direction) => policies
        .Where(policy => LabelSelector.Matches(policy.At("spec", "podSelector"), labels))
        .SelectMany(policy => policy.List("spec", direction));

    public static IEnumerable<int> Ports(JsonNode rule) => rule.List("ports").Select(port => port.Number("port"));

    /// <summary>Whether one component's pods reach another's port: it must be let out, and in.</summary>
    public static bool Allow(IReadOnlyList<JsonNode> objects, string from, string to, int port)
    {
        var policies = objects.Where(item => item.IsKind("NetworkPolicy")).ToList();
        var labels = Workload.Of(objects).ToDictionary(workload => workload.Labels["app.kubernetes.io/component"], workload => workload.Labels);
        return Rules(policies, labels[from], "egress").Any(rule => Admits(rule, "to", labels[to], port))
            && Rules(policies, labels[to], "ingress").Any(rule => Admits(rule, "from", labels[from], port));
    }

    /// <summary>Both pods are in our namespace; a peer with a namespace selector counts where that selector is empty.</summary>
    private static bool Admits(JsonNode rule, string direction, IReadOnlyDictionary<string, string> peer, int port) =>
        Ports(rule).Contains(port)
        && rule.List(direction).Any(item =>
            item.At("podSelector") is { } pods
            && LabelSelector.Matches(pods, peer)
            && item.At("namespaceSelector") is null or JsonObject { Count: 0 });
}
