using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ExpertCluster.Client.Tests;

public class RequestTests
{
    private static readonly ChatMessage User = new(ChatRole.User, "x");

    [Fact]
    public void Write_NoOptions_AsksTheDefaultModel()
    {
        var request = Write(null, User);

        Assert.Equal("auto", request.Model);
        Assert.Equal(("user", "x", ""), Assert.Single(request.Messages.Messages_.Select(m => (m.Role, m.Content, m.Fields))));
        Assert.Equal(new Sampling(), request.Sampling);
    }

    [Fact]
    public void Write_EachOption_IsItsField()
    {
        var request = Write(
            new ChatOptions
            {
                ModelId = "law",
                Instructions = "Be brief.",
                MaxOutputTokens = 5,
                Temperature = 0.5f,
                TopP = 0.25f,
                TopK = 7,
                Seed = -1,
                StopSequences = ["a", "b"],
                FrequencyPenalty = 1,
                PresencePenalty = -1,
                AllowMultipleToolCalls = false,
            },
            User);

        Assert.Equal("law", request.Model);
        Assert.Equal([("system", "Be brief."), ("user", "x")], request.Messages.Messages_.Select(m => (m.Role, m.Content)));
        Assert.Equal(
            new Sampling { MaxTokens = 5, Temperature = 0.5f, TopP = 0.25f, TopK = 7, Seed = ulong.MaxValue, Stop = { "a", "b" }, FrequencyPenalty = 1, PresencePenalty = -1 },
            request.Sampling);
        Assert.True(request is { HasParallelToolCalls: true, ParallelToolCalls: false });
    }

    [Fact]
    public void Write_Turns_HaveCallsAndResults()
    {
        var request = Write(
            null,
            new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("I "), new TextContent("look."), new FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "पुणे" }), new UsageContent(new UsageDetails())]) { AuthorName = "clerk" },
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", "no"), new FunctionResultContent("c2", new { Rain = false }), new FunctionResultContent("c3", JsonElement.Parse("\"yes\""))]),
            new ChatMessage(ChatRole.User, []));

        Assert.Equal(["assistant", "tool", "tool", "tool", "user"], request.Messages.Messages_.Select(m => m.Role));
        Assert.Equal(["I look.", "no", "{\"rain\":false}", "yes", ""], request.Messages.Messages_.Select(m => m.Content));
        Assert.Equal(
            """{"name":"clerk","reasoning_content":"hm","tool_calls":[{"type":"function","id":"c1","function":{"name":"weather","arguments":{"city":"पुणे"}}}]}""",
            JsonNode.Parse(request.Messages.Messages_[0].Fields)!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(["""{"tool_call_id":"c1"}""", """{"tool_call_id":"c2"}""", """{"tool_call_id":"c3"}"""], request.Messages.Messages_.Skip(1).Take(3).Select(m => m.Fields));
    }

    [Fact]
    public void Write_Tools_AreTheJsonOfTheHttpApi()
    {
        var request = Write(new ChatOptions { Tools = [AIFunctionFactory.Create((string city) => city.Length, "weather", "Tells it.")] }, User);

        var function = JsonElement.Parse(request.Chat.Tools)[0].GetProperty("function");
        Assert.Equal(("weather", "Tells it."), (function.GetProperty("name").GetString(), function.GetProperty("description").GetString()));
        Assert.Equal("string", function.GetProperty("parameters").GetProperty("properties").GetProperty("city").GetProperty("type").GetString());
        Assert.Equal(("", ""), (request.ToolChoice, request.ToolName));
    }

    [Fact]
    public void Write_ToolModes_AreChoices()
    {
        (string, string) Choice(ChatToolMode mode)
        {
            var request = Write(new ChatOptions { ToolMode = mode }, User);
            return (request.ToolChoice, request.ToolName);
        }

        Assert.Equal([("", ""), ("none", ""), ("required", ""), ("named", "f")], new ChatToolMode[] { ChatToolMode.Auto, ChatToolMode.None, ChatToolMode.RequireAny, ChatToolMode.RequireSpecific("f") }.Select(Choice));
    }

    [Fact]
    public void Write_ResponseFormats_AreStructuredOutput()
    {
        StructuredOutput? Structure(ChatResponseFormat format) => Write(new ChatOptions { ResponseFormat = format }, User).StructuredOutput;

        Assert.Null(Structure(ChatResponseFormat.Text));
        Assert.Equal(new StructuredOutput { JsonObject = true }, Structure(ChatResponseFormat.Json));
        Assert.Equal(new StructuredOutput { JsonSchema = """{"type":"object"}""" }, Structure(ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object"}"""))));
    }

    [Fact]
    public void Write_AdditionalProperties_AreFieldsOfTheHttpApi()
    {
        var (request, headers) = RequestWriter.Write(
            Client(),
            [User],
            new ChatOptions
            {
                AdditionalProperties = new()
                {
                    ["min_p"] = 0.5,
                    ["repetition_penalty"] = 1.5f,
                    ["logit_bias"] = new Dictionary<string, int> { ["7"] = -100 },
                    ["allowed_token_ids"] = new[] { 1, 2 },
                    ["bad_words"] = new List<string> { "no" },
                    ["min_tokens"] = 2,
                    ["stop_token_ids"] = JsonElement.Parse("[3]"),
                    ["ignore_eos"] = true,
                    ["top_logprobs"] = 4,
                    ["add_generation_prompt"] = false,
                    ["continue_final_message"] = true,
                    ["chat_template_kwargs"] = new { thinking = true },
                    ["documents"] = new[] { new { text = "t" } },
                    ["structured_outputs"] = new { choice = new[] { "yes", "no" } },
                    ["expert_cluster"] = new
                    {
                        merge = "mix",
                        k = 2,
                        scope = "request",
                        experts = new[] { new { name = "law", weight = 0.6 } },
                        sampling = new { top_n_sigma = 1 },
                        routing = new { allow = new[] { "law" }, deny = new[] { "tax" }, labels = new[] { "residency=eu" }, max_cost = 2 },
                    },
                    ["X-ExpertCluster-Version"] = "canary",
                },
            },
            "auto");

        Assert.Equal(
            new Sampling
            {
                MinP = 0.5f,
                RepetitionPenalty = 1.5f,
                LogitBias = { [7] = -100 },
                AllowedTokenIds = { 1, 2 },
                BadWords = { "no" },
                MinTokens = 2,
                StopTokenIds = { 3 },
                IgnoreEos = true,
                TopLogprobs = 4,
                Extra = { ["top_n_sigma"] = 1 },
            },
            request.Sampling);
        Assert.Equal(
            (false, true, """{"thinking":true}""", """[{"text":"t"}]"""),
            (request.Chat.AddGenerationPrompt, request.Chat.ContinueFinalMessage, Compact(request.Chat.TemplateKwargs), Compact(request.Chat.Documents)));
        Assert.Equal(["yes", "no"], request.StructuredOutput.Choice);
        Assert.Equal(new Merge { Name = "mix", K = 2, Scope = MergeScope.Request, Experts = { new WeightedExpert { Name = "law", Weight = 0.6 } } }, request.Merge);
        Assert.Equal(new Routing { Allow = { "law" }, Deny = { "tax" }, Labels = { "residency=eu" }, MaxCost = 2 }, request.Routing);
        Assert.Equal("canary", headers.GetValue("x-expertcluster-version"));
    }

    [Fact]
    public void Write_RawRepresentation_IsWhereItBegins()
    {
        var given = new CompleteRequest { Model = "tax", Sampling = new Sampling { MinP = 0.5f, Temperature = 1 }, Merge = new Merge { Name = "mix" } };

        var request = Write(new ChatOptions { RawRepresentationFactory = _ => given, Temperature = 0.5f }, User);

        Assert.Equal(("tax", "mix", new Sampling { MinP = 0.5f, Temperature = 0.5f }), (request.Model, request.Merge.Name, request.Sampling));
        Assert.Null(given.Messages);
    }

    public static TheoryData<string, ChatOptions?, ChatMessage> Refused() => new()
    {
        { "messages[0].Contents[1] is DataContent in a turn of role user", null, new(ChatRole.User, [new TextContent("x"), new DataContent(new byte[] { 1 }, "image/png")]) },
        { "messages[0].Contents[0] is UriContent", null, new(ChatRole.User, [new UriContent("https://h/a.png", "image/png")]) },
        { "messages[0].Contents[0] is FunctionCallContent in a turn of role user", null, new(ChatRole.User, [new FunctionCallContent("c", "f")]) },
        { "messages[0].Contents[0] has a result that is no text", null, new(ChatRole.Tool, [new FunctionResultContent("c", new DataContent(new byte[] { 1 }, "image/png"))]) },
        { "Tools[0] is a HostedWebSearchTool; only functions can be called", new() { Tools = [new HostedWebSearchTool()] }, User },
        { "ConversationId can't be followed", new() { ConversationId = "c" }, User },
        { "Reasoning can't be followed", new() { Reasoning = new() { Effort = ReasoningEffort.High } }, User },
        { "RawRepresentationFactory gave a String", new() { RawRepresentationFactory = _ => "x" }, User },
        { "temprature is no additional property", Extra("temprature", 1), User },
        { "min_p must be a number", Extra("min_p", "1"), User },
        { "top_logprobs must be a whole number", Extra("top_logprobs", 1.5), User },
        { "ignore_eos must be true or false", Extra("ignore_eos", 1), User },
        { "bad_words[1] must be a text", Extra("bad_words", new object[] { "a", 1 }), User },
        { "logit_bias.x must be called by the id of a token", Extra("logit_bias", new { x = 1 }), User },
        { "structured_outputs.xml is no field", Extra("structured_outputs", new { xml = "" }), User },
        { "expert_cluster.merging is no field", Extra("expert_cluster", new { merging = "mix" }), User },
        { "expert_cluster.scope must be request or token", Extra("expert_cluster", new { scope = "both" }), User },
        { "expert_cluster.routing.allowed is no field", Extra("expert_cluster", new { routing = new { allowed = "x" } }), User },
        { "expert_cluster.experts[0].nam is no field", Extra("expert_cluster", new { experts = new[] { new { nam = "x" } } }), User },
        { "expert_cluster must be an object", Extra("expert_cluster", "mix"), User },
        { "documents must be a list", Extra("documents", "x"), User },
        { "x-expertcluster-version must be stable or canary", Extra("x-expertcluster-version", "new"), User },
        { "min_p is a IntPtr, which can't be written as JSON", Extra("min_p", (nint)1), User },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Write_WhatCantBeSent_IsRefusedByName(string expected, ChatOptions? options, ChatMessage message)
    {
        var error = Assert.Throws<ExpertClusterException>(() => Write(options, message));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith(error.Field!, error.Message, StringComparison.Ordinal);
    }

    private static CompleteRequest Write(ChatOptions? options, params ChatMessage[] messages) => RequestWriter.Write(Client(), messages, options, "auto").Request;

    private static ExpertClusterChatClient Client() => new(new ExpertClusterClientOptions { Endpoint = "http://127.0.0.1:1" });

    private static ChatOptions Extra(string name, object value) => new() { AdditionalProperties = new() { [name] = value } };

    private static string Compact(string json) => JsonNode.Parse(json)!.ToJsonString();
}
