using System.Text.Json;
using ExpertCluster.Client;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Grammars;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ExpertCluster.Router.Tests.Clients;

/// <summary>The .NET client against the gRPC face itself: what it writes is read as it was meant.</summary>
public sealed class ChatClientTests(ScriptedServer server) : IClassFixture<ScriptedServer>
{
    private readonly List<string> _asked = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChatOptions Weather => new()
    {
        ModelId = "law",
        Tools = [AIFunctionFactory.Create(Ask, "weather", "Whether it rains.")],
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UseFunctionInvocation_CallOfAFunction_IsMadeAndGoneOnWith(bool streams)
    {
        using var client = Client().AsBuilder().UseFunctionInvocation().Build();

        var response = streams
            ? await client.GetStreamingResponseAsync("Does it rain?", Weather, Cancellation).ToChatResponseAsync(Cancellation)
            : await client.GetResponseAsync("Does it rain?", Weather, Cancellation);

        Assert.Equal(["Pune"], _asked);
        Assert.Equal(["I look.", "", "It rains: no."], response.Messages.Select(m => m.Text));
        Assert.Equal("law", response.ModelId);
        Assert.Equal(new ExpertShare("law", 3), Assert.Single(response.Messages[^1].GetExperts()));
        Assert.Equal("named", response.GetPlan()!.Reason);
        var result = server.Calls[^1].Request.Messages![^1];
        Assert.Equal((Contracts.Completions.ChatMessage.Tool, "no"), (result.Role, result.Content));
    }

    /// <summary>A reader that leaves in the middle of a call gets it whole when it comes back, and the function is called.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task UseFunctionInvocation_LeftOnTheWay_GoesOnWithTheCall(int updates)
    {
        using var client = Client().AsBuilder().UseFunctionInvocation().Build();
        var options = Weather;
        options.AllowBackgroundResponses = true;
        var begun = await client.GetStreamingResponseAsync("Does it rain?", options, Cancellation).Take(updates).ToListAsync(Cancellation);
        Assert.Empty(_asked);

        options.ContinuationToken = begun[^1].ContinuationToken;
        var rest = await client.GetStreamingResponseAsync([], options, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(["Pune"], _asked);
        Assert.Equal("I look. It rains: no.", string.Concat([.. begun.Select(u => u.Text), .. rest.Select(u => u.Text)]).Replace("look.It", "look. It", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GetResponse_ModeRequired_HoldsTheAnswerToTheSchemasOfItsFunctions()
    {
        using var client = Client();
        var options = Weather;
        options.ToolMode = ChatToolMode.RequireAny;

        await client.GetResponseAsync("Does it rain?", options, Cancellation);

        string schema = server.Calls[^1].Request.Structure!.Source;
        Assert.Contains("\"weather\"", schema, StringComparison.Ordinal);
        Assert.NotNull(GrammarSources.JsonSchema(schema, new GrammarBudget(Cancellation)));
    }

    [Fact]
    public async Task GetResponse_OfAType_IsHeldToItsSchema()
    {
        using var client = Client();

        await client.GetResponseAsync<Report>("x", new ChatOptions { ModelId = "law" }, cancellationToken: Cancellation);

        var structure = server.Calls[^1].Request.Structure!;
        Assert.Equal(StructuredOutputKind.JsonSchema, structure.Kind);
        Assert.True(JsonElement.Parse(structure.Source).GetProperty("properties").TryGetProperty("rains", out _));
        Assert.NotNull(GrammarSources.JsonSchema(structure.Source, new GrammarBudget(Cancellation)));
    }

    [Fact]
    public async Task GetResponse_OurOwnFields_AreTheWish()
    {
        using var client = Client();
        var options = new ChatOptions
        {
            ModelId = "law",
            Temperature = 0.5f,
            AdditionalProperties = new() { ["min_p"] = 0.25, ["expert_cluster"] = new { routing = new { labels = new[] { "zone=eu" } } } },
        };

        await client.GetResponseAsync("x", options, Cancellation);

        var request = server.Calls[^1].Request;
        Assert.Equal((0.5f, 0.25f), (request.Sampling.Temperature, request.Sampling.MinP));
        Assert.Equal(["zone=eu"], request.Routing.Labels);
    }

    [Theory]
    [InlineData("nobody", 1f, StatusCode.NotFound, "model")]
    [InlineData("law", 3f, StatusCode.InvalidArgument, "temperature")]
    public async Task GetResponse_Refused_NamesTheField(string model, float temperature, StatusCode status, string field)
    {
        using var client = Client();

        var error = await Assert.ThrowsAsync<ExpertClusterException>(
            () => client.GetResponseAsync([new ChatMessage(ChatRole.User, "x")], new ChatOptions { ModelId = model, Temperature = temperature }, Cancellation));

        Assert.Equal((status, field, false), (error.StatusCode, error.Field, error.IsTransient));
    }

    [Fact]
    public async Task GetService_OtherCalls_AreServed()
    {
        using var client = Client();

        var models = await client.GetRequiredService<Completions.CompletionsClient>().ListModelsAsync(new ListModelsRequest(), cancellationToken: Cancellation);

        Assert.Contains("law", models.Models.Select(m => m.Name));
    }

    private ExpertClusterChatClient Client() => new(new ExpertClusterClientOptions { Endpoint = server.GrpcOrigin });

    private string Ask(string city)
    {
        _asked.Add(city);
        return "no";
    }

    private sealed record Report(string City, bool Rains, int? Millimetres, IReadOnlyList<string> Hours);
}
