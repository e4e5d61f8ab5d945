using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Grammars;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Tests.Tools;

public sealed class ToolSchemaTests
{
    private const string City = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    [Fact]
    public void Of_Named_IsItsParameters()
    {
        var wish = new ToolWish { Tools = [new("f", City), new("g", "")], Choice = ToolChoice.Named, Named = "f" };

        Assert.Equal(City, ToolSchema.Of(wish));
        Assert.Equal("""{"type":"object","properties":{},"additionalProperties":false}""", ToolSchema.Of(wish with { Named = "g" }));
    }

    [Fact]
    public void Of_Required_IsAnArrayOfCalls() => Equal(
        """
        {"type":"array","minItems":1,"items":{"anyOf":[
          {"type":"object","properties":{"name":{"const":"f"},"parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}},
           "required":["name","parameters"],"additionalProperties":false},
          {"type":"object","properties":{"name":{"const":"g"},"parameters":{"type":"object","properties":{},"additionalProperties":false}},
           "required":["name","parameters"],"additionalProperties":false}]}}
        """,
        new ToolWish { Tools = [new("f", City), new("g", "")], Choice = ToolChoice.Required });

    [Fact]
    public void Of_RequiredOfOneTool_NeedsNoAlternatives() => Equal(
        """
        {"type":"array","minItems":1,"maxItems":1,
         "items":{"type":"object","properties":{"name":{"const":"f"},"parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}},
          "required":["name","parameters"],"additionalProperties":false}}
        """,
        new ToolWish { Tools = [new("f", City)], Choice = ToolChoice.Required, Parallel = false });

    /// <summary>Two tools may call different things by one name.</summary>
    [Fact]
    public void Of_SchemasWithDefinitions_KeepTheirOwn()
    {
        const string Pydantic = """{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"object","properties":{"next":{"$ref":"#/$defs/A"}}}}}""";
        const string Old = """{"type":"object","properties":{"a":{"$ref":"#/definitions/A"}},"definitions":{"A":{"type":"integer"}}}""";
        const string Tree = """{"type":"object","properties":{"left":{"$ref":"#"},"x":{"type":"integer"},"y":{"$ref":"#/properties/x"}}}""";
        var schema = JsonNode.Parse(ToolSchema.Of(new ToolWish { Tools = [new("f", Pydantic), new("g", Old), new("h", Tree)], Choice = ToolChoice.Required }))!;

        Assert.Equal(["tool0.A", "tool1.definitions.A", "tool2"], schema["$defs"]!.AsObject().Select(d => d.Key));
        Assert.Equal("#/$defs/tool0.A", (string?)schema["$defs"]!["tool0.A"]!["properties"]!["next"]!["$ref"]);
        var calls = schema["items"]!["anyOf"]!.AsArray();
        Assert.Equal(
            ["#/$defs/tool0.A", "#/$defs/tool1.definitions.A"], calls.Take(2).Select(c => (string?)c!["properties"]!["parameters"]!["properties"]!["a"]!["$ref"]));
        Assert.Equal("#/$defs/tool2", (string?)calls[2]!["properties"]!["parameters"]!["properties"]!["left"]!["$ref"]);
        Assert.Equal("#/$defs/tool2/properties/x", (string?)schema["$defs"]!["tool2"]!["properties"]!["y"]!["$ref"]);
        Assert.NotNull(GrammarSources.JsonSchema(schema.ToJsonString(), new GrammarBudget(TestContext.Current.CancellationToken)));
    }

    /// <summary>Hosts can follow it, too.</summary>
    private static void Equal(string expected, ToolWish wish)
    {
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(ToolSchema.Of(wish))), ToolSchema.Of(wish));
        Assert.NotNull(GrammarSources.JsonSchema(ToolSchema.Of(wish), new GrammarBudget(TestContext.Current.CancellationToken)));
    }
}
