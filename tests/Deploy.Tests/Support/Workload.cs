using System.Text.Json.Nodes;

namespace ExpertCluster.Deploy.Tests.Support;

/// <summary>A rendered object that makes pods.</summary>
internal sealed record Workload(JsonNode Object)
{
    public string Id => Object.Id();

    public JsonNode Pod => Object.At("spec", "template", "spec")!;

    public IReadOnlyDictionary<string, string> Labels => Object.Map("spec", "template", "metadata", "labels");

    public IReadOnlyList<JsonNode> Containers => Pod.List("containers");

    public IEnumerable<JsonNode> AllContainers => Pod.List("initContainers").Concat(Containers);

    /// <summary>Port numbers that the containers declare.</summary>
    public IEnumerable<int> Ports => Containers.SelectMany(container => container.List("ports")).Select(port => port.Number("containerPort"));

    public static IEnumerable<Workload> Of(IEnumerable<JsonNode> objects) =>
        objects.Where(item => item.IsKind("Deployment", "StatefulSet", "DaemonSet", "Job")).Select(item => new Workload(item));
}
