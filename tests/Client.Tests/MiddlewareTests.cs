using System.Diagnostics;
using ExpertCluster.V1;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using ChatOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ExpertCluster.Client.Tests;

/// <summary>Middlewares of Microsoft.Extensions.AI, and an agent, over this client.</summary>
public class MiddlewareTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UseFunctionInvocation_CallOfAFunction_IsMadeAndGoneOnWith(bool streams)
    {
        await using var router = await WeatherAsync();
        using var client = router.Client().AsBuilder().UseFunctionInvocation().Build();
        List<string> asked = [];

        var response = streams
            ? await client.GetStreamingResponseAsync("Does it rain?", Weather(asked), Cancellation).ToChatResponseAsync(Cancellation)
            : await client.GetResponseAsync("Does it rain?", Weather(asked), Cancellation);

        Assert.Equal(["Pune"], asked);
        Assert.EndsWith("It rains: no.", response.Text, StringComparison.Ordinal);
        Assert.Equal(["assistant", "tool", "assistant"], response.Messages.Select(m => m.Role.Value));
        Assert.Equal(["law", null, "law"], response.Messages.Select(m => m.GetExperts() is [var first, ..] ? first.Name : null));
        Assert.Equal("law", response.GetExperts()[0].Name);
    }

    [Fact]
    public async Task ChatClientAgent_TurnsWithAFunction_KeepTheConversation()
    {
        await using var router = await WeatherAsync();
        using var client = router.Client();
        List<string> asked = [];
        var agent = new ChatClientAgent(client, instructions: "Be brief.", name: "clerk", tools: Weather(asked).Tools);
        var session = await agent.CreateSessionAsync(Cancellation);

        var first = await agent.RunAsync("Does it rain?", session, cancellationToken: Cancellation);
        await agent.RunAsync("And now?", session, cancellationToken: Cancellation);

        Assert.EndsWith("It rains: no.", first.Text, StringComparison.Ordinal);
        Assert.Equal("Pune", asked[0]);
        var last = router.Requests.Last();
        Assert.Equal("system", last.Messages.Messages_[0].Role);
        Assert.Contains(last.Messages.Messages_, m => m.Content == "Does it rain?");
        Assert.Contains(last.Messages.Messages_, m => m.Content == "And now?");
    }

    /// <summary>An agent whose reader leaves on the way goes on with the answer, and its session has all of it.</summary>
    [Fact]
    public async Task ChatClientAgent_LeftOnTheWay_GoesOnWithTheAnswer()
    {
        await using var router = await FakeRouter.StartAsync();
        using var client = router.Client();
        var agent = new ChatClientAgent(client, instructions: "Be brief.", name: "clerk");
        var session = await agent.CreateSessionAsync(Cancellation);
        List<AgentResponseUpdate> begun = [];
        await foreach (var update in agent.RunStreamingAsync("Does it rain?", session, new AgentRunOptions { AllowBackgroundResponses = true }, Cancellation))
        {
            begun.Add(update);
            if (update.Text.Length > 0)
            {
                break;
            }
        }

#pragma warning disable MEAI001 // The framework calls it an experiment; ours follows it.
        var on = new AgentRunOptions { AllowBackgroundResponses = true, ContinuationToken = begun[^1].ContinuationToken };
#pragma warning restore MEAI001
        var rest = await agent.RunStreamingAsync(session, on, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(("It ", "rains."), (begun[^1].Text, string.Concat(rest.Select(u => u.Text))));
        Assert.Equal("stream_7", Assert.Single(router.Follows).Id);
        await agent.RunAsync("And now?", session, cancellationToken: Cancellation);
        Assert.Contains(router.Requests.Last().Messages.Messages_, m => m.Content == "It rains.");
    }

    [Fact]
    public async Task UseOpenTelemetry_Answer_HasProviderAndTheExpertThatAnswered()
    {
        const string Source = "ExpertCluster.Client.Tests";
        List<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Source,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var router = await FakeRouter.StartAsync();
        using var client = router.Client().AsBuilder().UseOpenTelemetry(sourceName: Source).Build();

        await client.GetResponseAsync("x", cancellationToken: Cancellation);

        var span = Assert.Single(spans);
        Assert.Equal("chat auto", span.DisplayName);
        Assert.Equal(("expertcluster", "law"), (span.GetTagItem("gen_ai.provider.name"), span.GetTagItem("gen_ai.response.model")));
        Assert.Equal((30, 2), (Convert.ToInt32(span.GetTagItem("gen_ai.usage.input_tokens"), null), Convert.ToInt32(span.GetTagItem("gen_ai.usage.output_tokens"), null)));

        // The trace goes on in the cluster.
        Assert.Contains(span.TraceId.ToString(), Assert.Single(router.Headers).GetValue("traceparent"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UseDistributedCache_SameRequest_HasWhoAnsweredOutOfTheCache(bool streams)
    {
        await using var router = await FakeRouter.StartAsync();
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        using var client = router.Client().AsBuilder().UseDistributedCache(cache).Build();

        async Task<ChatResponse> AskAsync() => streams
            ? await client.GetStreamingResponseAsync("x", cancellationToken: Cancellation).ToChatResponseAsync(Cancellation)
            : await client.GetResponseAsync("x", cancellationToken: Cancellation);

        var first = await AskAsync();
        var second = await AskAsync();

        Assert.Single(router.Requests);
        Assert.Equal((first.Text, first.ModelId), (second.Text, second.ModelId));
        Assert.Equal(first.GetExperts(), second.GetExperts());
        Assert.Equal(first.GetPlan()!.Experts, second.GetPlan()!.Experts);
        Assert.Equal(ulong.MaxValue, second.GetPlan()!.Seed);
    }

    [Fact]
    public async Task GetResponse_OfAType_AsksForItsSchema()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Chunks = [FakeRouter.Plan(), FakeRouter.Text("""{"city":"Pune","rains":false}""", "law"), FakeRouter.End(FinishReason.Stop)];
        using var client = router.Client();

        var response = await client.GetResponseAsync<Report>("x", cancellationToken: Cancellation);

        Assert.Equal(new Report("Pune", false), response.Result);
        Assert.Contains("\"rains\"", Assert.Single(router.Requests).StructuredOutput.JsonSchema, StringComparison.Ordinal);
    }

    private static ChatOptions Weather(List<string> asked) => new()
    {
        Tools =
        [
            AIFunctionFactory.Create(
                (string city) =>
                {
                    asked.Add(city);
                    return "no";
                },
                "weather"),
        ],
    };

    /// <summary>A model that calls `weather` once and then says what came of it.</summary>
    private static async Task<FakeRouter> WeatherAsync()
    {
        var router = await FakeRouter.StartAsync();
        router.Answer = async (request, stream, _) =>
        {
            await stream.WriteAsync(FakeRouter.Plan());
            var last = request.Messages.Messages_[^1];
            if (last.Role == "tool")
            {
                await stream.WriteAsync(FakeRouter.Text($"It rains: {last.Content}.", "law"));
                await stream.WriteAsync(FakeRouter.End(FinishReason.Stop));
                return;
            }

            await stream.WriteAsync(FakeRouter.Text("I look.", "law"));
            await stream.WriteAsync(new CompleteChunk { ToolCalls = { new ToolCall { Id = $"call_{router.Requests.Count}", Name = "weather", Arguments = "{\"city\":\"Pune\"}" } } });
            await stream.WriteAsync(FakeRouter.End(FinishReason.ToolCalls));
        };
        return router;
    }

    private sealed record Report(string City, bool Rains);
}
