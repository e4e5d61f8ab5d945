using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;

namespace ExpertCluster.Client.Tests;

public class AnswerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_WholeAnswer_HasTextUsageAndWhoGaveIt()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Chunks = [FakeRouter.Plan(), FakeRouter.Text("It ", "tax", "law"), FakeRouter.Text("rains.", "law"), FakeRouter.End(FinishReason.Length)];
        using var client = router.Client();

        var response = await client.GetResponseAsync("Does it rain?", cancellationToken: Cancellation);

        Assert.Equal(("It rains.", ChatFinishReason.Length, "law"), (response.Text, response.FinishReason, response.ModelId));
        Assert.Equal("0123456789abcdef0123456789abcdef", response.ResponseId);
        Assert.Equal((30L, 2L, 32L, 10L), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount, response.Usage.CachedInputTokenCount));
        Assert.Equal([new ExpertShare("law", 1.5), new ExpertShare("tax", 0.5)], response.GetExperts());
        var plan = response.GetPlan()!;
        Assert.Equal(("demo", "route", "token", 1, "host-0", ulong.MaxValue), (plan.Base, plan.Merge, plan.Scope, plan.K, plan.Host, plan.Seed));
        Assert.Equal([new ExpertWeight("law", 0.7, "r1", "stable"), new ExpertWeight("tax", 0.3)], plan.Experts);
        Assert.Equal([new AnswerNote("busy", "tax", "others wait")], plan.Notes);
        var message = Assert.Single(response.Messages);
        Assert.Equal((ChatRole.Assistant, plan), (message.Role, message.GetPlan()));
        Assert.Same(plan, response.AdditionalProperties![ExpertClusterAnswers.PlanProperty]);
    }

    [Fact]
    public async Task GetStreamingResponse_Chunks_ComeInOrderAndAsTheyAreMade()
    {
        await using var router = await FakeRouter.StartAsync();
        var read = new TaskCompletionSource();
        router.Answer = async (_, stream, _) =>
        {
            await stream.WriteAsync(FakeRouter.Plan());
            await stream.WriteAsync(FakeRouter.Text("a", "tax"));
            await read.Task;
            await stream.WriteAsync(FakeRouter.Text("b", "law"));
            await stream.WriteAsync(FakeRouter.End(FinishReason.Stop));
        };
        using var client = router.Client();
        List<ChatResponseUpdate> updates = [];

        await foreach (var update in client.GetStreamingResponseAsync("x", cancellationToken: Cancellation))
        {
            updates.Add(update);
            if (update.Text == "a")
            {
                // What is made later waits for this: nothing holds the first token back.
                read.SetResult();
            }
        }

        Assert.Equal(["", "a", "b", ""], updates.Select(u => u.Text));
        Assert.Equal(["law", "tax", "law", "law"], updates.Select(u => u.ModelId));
        Assert.Equal([null, null, null, ChatFinishReason.Stop], updates.Select(u => u.FinishReason));
        Assert.Equal("host-0", updates[0].GetPlan()!.Host);
        Assert.Equal([new ExpertShare("law", 1), new ExpertShare("tax", 1)], updates[^1].GetExperts());
        Assert.Equal("tax", Assert.Single(updates[1].GetExperts()).Name);
        Assert.IsType<CompleteChunk>(updates[1].RawRepresentation);
    }

    [Fact]
    public async Task GetResponse_AnotherHostWentOn_HasItsPlan()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Chunks = [FakeRouter.Plan(), FakeRouter.Text("a", "law"), FakeRouter.Plan("host-1", "resumed"), FakeRouter.Text("b", "law"), FakeRouter.End(FinishReason.Stop)];
        using var client = router.Client();

        var response = await client.GetResponseAsync("x", cancellationToken: Cancellation);

        Assert.Equal(("ab", "host-1", "resumed"), (response.Text, response.GetPlan()!.Host, response.GetPlan()!.Reason));
    }

    [Fact]
    public async Task GetResponse_PiecesOfCalls_AreWholeCalls()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Chunks =
        [
            FakeRouter.Plan(),
            new() { ToolCalls = { new ToolCall { Id = "call_1", Name = "weather", Arguments = "{\"city\":" } } },
            new() { ToolCalls = { new ToolCall { Arguments = " \"पुणे\"}" }, new ToolCall { Index = 1, Id = "call_2", Name = "weather", Arguments = "{\"ci" } } },
            FakeRouter.End(FinishReason.ToolCalls),
        ];
        using var client = router.Client();

        var response = await client.GetResponseAsync("x", cancellationToken: Cancellation);

        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        var calls = response.Messages.Single().Contents.OfType<FunctionCallContent>().ToList();
        Assert.Equal([("call_1", "weather"), ("call_2", "weather")], calls.Select(c => (c.CallId, c.Name)));
        Assert.Equal("पुणे", calls[0].Arguments!["city"]!.ToString());
        Assert.NotNull(calls[1].Exception);
    }

    [Fact]
    public async Task GetStreamingResponse_CalledOff_EndsTheCall()
    {
        await using var router = await FakeRouter.StartAsync();
        var ended = new TaskCompletionSource();
        router.Answer = (_, stream, context) => UntilCalledOffAsync(stream, context, ended);
        using var client = router.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync("x", cancellationToken: source.Token))
            {
                await source.CancelAsync();
            }
        });

        Assert.Equal(source.Token, error.CancellationToken);
        await ended.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task GetStreamingResponse_LeftEarly_EndsTheCall()
    {
        await using var router = await FakeRouter.StartAsync();
        var ended = new TaskCompletionSource();
        router.Answer = (_, stream, context) => UntilCalledOffAsync(stream, context, ended);
        using var client = router.Client();

        await foreach (var update in client.GetStreamingResponseAsync("x", cancellationToken: Cancellation))
        {
            break;
        }

        await ended.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task GetResponse_StreamThatEndsWithoutAWord_IsNoAnswer()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Chunks = [FakeRouter.Plan(), FakeRouter.Text("It ", "law")];
        using var client = router.Client();

        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => client.GetResponseAsync("x", cancellationToken: Cancellation));

        Assert.Equal((StatusCode.Unavailable, true), (error.StatusCode, error.IsTransient));
    }

    [Fact]
    public async Task GetResponse_MoreCallsThanAreTaken_Fails()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Chunks = [.. Enumerable.Range(0, CallCollector.MostCalls + 1).Select(i => new CompleteChunk { ToolCalls = { new ToolCall { Index = i, Id = $"c{i}", Name = "f" } } })];
        using var client = router.Client();

        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => client.GetResponseAsync("x", cancellationToken: Cancellation));

        Assert.Contains("more than 128 calls", error.Message, StringComparison.Ordinal);
    }

    private static async Task UntilCalledOffAsync(IServerStreamWriter<CompleteChunk> stream, ServerCallContext context, TaskCompletionSource ended)
    {
        await stream.WriteAsync(FakeRouter.Plan());
        await using var registration = context.CancellationToken.Register(ended.SetResult);
        await ended.Task;
    }
}
