using System.Text.Json.Nodes;
using ExpertCluster.Deploy.Tests.Support;

namespace ExpertCluster.Deploy.Tests;

public class SchemaTests
{
    public static TheoryData<string> Renderings => [.. Rendering.Names];

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Objects_OfEachRendering_AreValid(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        Assert.NotEmpty(objects);
        Assert.Empty(await Schemas.CheckAsync(objects));
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Objects_OfEachRendering_AreInOurNamespace(string rendering)
    {
        foreach (var item in (await Rendering.GetAsync(rendering)).Where(item => !item.IsKind("Namespace")))
        {
            Assert.True(item.Text("metadata", "namespace") == "expert-cluster", $"{item.Id()} is in no or another namespace.");
        }
    }

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"prt":1,"port":2}]}}""", "unknown field /spec/ports/0/prt")]
    [InlineData("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":"x"}]}}""", "must be integer")]
    [InlineData("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{}}""", "required property")]
    [InlineData("""{"apiVersion":"v1","kind":"Servise","metadata":{"name":"a"}}""", "no schema")]
    public async Task Check_WrongObject_IsFound(string wrong, string expected) =>
        Assert.Contains(expected, string.Join('\n', await Schemas.CheckAsync([JsonNode.Parse(wrong)!])), StringComparison.Ordinal);
}
