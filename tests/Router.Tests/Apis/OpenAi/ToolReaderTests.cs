using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

public sealed class ToolReaderTests
{
    private const string Weather = """{"type": "function", "function": {"name": "weather", "description": "Of a city: \"ü\"", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}, "strict": true}}""";
    private const string Bare = """{"type": "function", "function": {"name": "now"}}""";

    [Fact]
    public void Read_Tools_AreAsTemplatesExpectThem()
    {
        var request = Read($$"""{"tools": [{{Weather}}, {{Bare}}], "parallel_tool_calls": false}""");

        Assert.Equal(["weather", "now"], request.Tools.Tools.Select(t => t.Name));
        Assert.Equal(["""{"type": "object", "properties": {"city": {"type": "string"}}}""", ""], request.Tools.Tools.Select(t => t.Parameters));
        Assert.Equal((ToolChoice.Auto, false, true), (request.Tools.Choice, request.Tools.Parallel, request.Tools.IsOpen));
        var tools = JsonElement.Parse(request.Chat.Tools);
        Assert.Equal(2, tools.GetArrayLength());
        Assert.Equal("Of a city: \"ü\"", tools[0].GetProperty("function").GetProperty("description").GetString());
        Assert.Equal(["name", "description", "parameters"], tools[0].GetProperty("function").EnumerateObject().Select(p => p.Name));
        Assert.Equal("object", tools[1].GetProperty("function").GetProperty("parameters").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tools": [], "tool_choice": "auto", "parallel_tool_calls": true}""")]
    [InlineData("""{"tools": null, "tool_choice": "none"}""")]
    public void Read_NoTools_AsksForNothing(string body)
    {
        var request = Read(body);

        Assert.Equal((ToolWish.None, ChatOptions.Default), (request.Tools, request.Chat));
    }

    [Fact]
    public void Read_ChoiceNone_TellsTheTemplateOfNone()
    {
        var request = Read($$"""{"tools": [{{Bare}}], "tool_choice": "none"}""");

        Assert.Equal(("", false), (request.Chat.Tools, request.Tools.IsOpen));
    }

    [Fact]
    public void Read_CallThatHasToCome_IsHeldToTheSchema()
    {
        var required = Read($$"""{"tools": [{{Bare}}], "tool_choice": "required"}""");
        var named = Read($$"""{"tools": [{{Weather}}, {{Bare}}], "tool_choice": {"type": "function", "function": {"name": "weather"} } }""");

        Assert.Equal((StructuredOutputKind.JsonSchema, "tool_choice"), (required.Structure!.Kind, required.Structure.Field));
        Assert.Equal(ToolSchema.Of(required.Tools), required.Structure.Source);
        Assert.Equal((ToolChoice.Named, "weather"), (named.Tools.Choice, named.Tools.Named));
        Assert.Equal("""{"type": "object", "properties": {"city": {"type": "string"}}}""", named.Structure!.Source);
        Assert.NotEqual("", named.Chat.Tools);
    }

    [Fact]
    public void Read_CallThatHasToComeBesideAFormat_IsRefused()
    {
        var request = new CompletionRequest { Structure = new StructuredOutput { Kind = StructuredOutputKind.JsonObject, Field = "response_format" } };
        var failure = Assert.Throws<RequestFailedException>(() => ToolReader.Onto(request, new JsonFields(JsonDocument.Parse($$"""{"tools": [{{Bare}}], "tool_choice": "required"}""").RootElement))).Failure;

        Assert.Equal("tool_choice asks for a call beside response_format; an answer can't be both", failure.Message);
    }

    [Fact]
    public void Read_SchemaWithANameTwice_IsRefusedWhereItHolds() => Assert.Equal(
        "tools have a schema in which a name stands twice",
        Assert.Throws<RequestFailedException>(() => Read("""{"tools": [{"type": "function", "function": {"name": "a", "parameters": {"type": "object", "type": "object"}}}], "tool_choice": "required"}""")).Failure.Message);

    [Theory]
    [InlineData("""{"tools": {}}""", "tools must be an array")]
    [InlineData("""{"tools": [{}]}""", "tools[0].type must be function")]
    [InlineData("""{"tools": [{"type": "web_search"}]}""", "tools[0].type must be function")]
    [InlineData("""{"tools": [{"type": "function"}]}""", "tools[0].function is missing")]
    [InlineData("""{"tools": [{"type": "function", "function": {}}]}""", "tools[0].function.name is missing")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": ""}}]}""", "tools[0].function.name is \"\"; it must have 1 to 64 letters, digits, '_', '.' or '-'")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a b"}}]}""", "tools[0].function.name is \"a b\"; it must have")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a", "parameters": []}}]}""", "tools[0].function.parameters must be a JSON Schema: an object")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a", "strict": 1}}]}""", "tools[0].function.strict must be true or false")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a", "colour": 1}}]}""", "tools[0].function.colour is unknown")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a"}}, {"type": "function", "function": {"name": "a"}}]}""", "tools[1].function.name is \"a\", as that of a tool before it; names must differ")]
    [InlineData("""{"tool_choice": "required"}""", "tool_choice asks for a call, and there are no tools")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a"}}], "tool_choice": "any"}""", "tool_choice must be none, auto, required, or an object that names a function")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a"}}], "tool_choice": {"type": "allowed_tools"}}""", "tool_choice.type must be function")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a"}}], "tool_choice": {"type": "function", "function": {"name": "b"}}}""", "tool_choice names \"b\", which is none of the tools")]
    public void Read_WrongTools_AreNamed(string body, string message)
    {
        var failure = Assert.Throws<RequestFailedException>(() => Read(body)).Failure;

        Assert.Equal(FailureKind.InvalidArgument, failure.Kind);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(failure.Field!, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreToolsThanAreTaken_NamesTheLimit()
    {
        string many = string.Join(',', Enumerable.Range(0, 129).Select(i => """{"type": "function", "function": {"name": "f""" + i + "\"}}"));
        string large = """{"type": "function", "function": {"name": "a", "description": """ + $"\"{new string('x', 256 << 10)}\"}}}}";

        Assert.Equal("tools has more than 128 entries", Assert.Throws<RequestFailedException>(() => Read($$"""{"tools": [{{many}}]}""")).Failure.Message);
        Assert.Equal("tools are larger than 262144 bytes, which is the most that is taken", Assert.Throws<RequestFailedException>(() => Read($$"""{"tools": [{{large}}]}""")).Failure.Message);
    }

    private static CompletionRequest Read(string body) => ToolReader.Onto(new CompletionRequest(), new JsonFields(JsonDocument.Parse(body).RootElement));
}
