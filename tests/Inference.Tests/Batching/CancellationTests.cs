using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class CancellationTests
{
    [Fact]
    public async Task Cancel_WhileQueued_LeavesTheQueueWithoutARow()
    {
        var runner = new HashRunner(slots: 1).Stepwise();
        await using var engine = Start(runner);
        var running = engine.Generate(Request([1], maxTokens: 3)).ReadAsync();
        await runner.EnteredAsync();
        using var source = new CancellationTokenSource();
        var queued = engine.Generate(Request([2, 2, 2], maxTokens: 3), source.Token);
        Assert.Equal(1, engine.Status.Waiting);

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(queued.ReadAsync);
        runner.RunFreely();
        await running;
        await engine.DrainAsync();

        Assert.Equal([1, 1, 1], runner.StepRows);
        AssertIdle(engine.Status);
    }

    [Fact]
    public async Task Cancel_WhilePromptIsRead_FreesTheSlotBeforeTheNextStep()
    {
        var runner = new HashRunner(slots: 1).Stepwise();
        await using var engine = Start(runner, Options with { PrefillChunk = 4 });
        using var source = new CancellationTokenSource();
        var reading = engine.Generate(Request([.. Enumerable.Range(0, 20)], maxTokens: 3), source.Token);
        await runner.EnteredAsync();
        var next = engine.Generate(Request([3, 3], maxTokens: 1));

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(reading.ReadAsync);
        runner.RunFreely();

        Assert.Single(await next.ReadAsync());
        Assert.Equal([4, 2], runner.StepRows);
        await engine.DrainAsync();
        AssertIdle(engine.Status);
    }

    [Fact]
    public async Task Cancel_WhileDecoding_EndsTheStreamAndFreesTheSlotsOfAllBranches()
    {
        var runner = new HashRunner(slots: 2).Stepwise();
        await using var engine = Start(runner);
        using var source = new CancellationTokenSource();
        var stream = engine.Generate(Request([1], 50, new Branch(), new Branch()), source.Token);
        await runner.EnteredAsync();
        runner.Permit();
        await runner.EnteredAsync();
        Assert.Equal(2, engine.Status.SlotsUsed);
        Assert.Equal(2, engine.Status.KvTokensUsed);

        await source.CancelAsync();
        runner.RunFreely();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(stream.ReadAsync);
        await engine.DrainAsync();

        Assert.Equal([2, 2], runner.StepRows);
        Assert.Equal(1, stream.CompletionTokens);
        AssertIdle(engine.Status);
    }

    [Fact]
    public async Task Enumeration_LeftEarly_CancelsTheSequence()
    {
        var runner = new HashRunner(contextLength: 100_000);
        await using var engine = Start(runner);
        var stream = engine.Generate(Request([1], maxTokens: 90_000));

        await foreach (var token in stream)
        {
            if (stream.CompletionTokens > 2)
            {
                break;
            }
        }

        await engine.DrainAsync();
        Assert.InRange(stream.CompletionTokens, 3, 1000);
        AssertIdle(engine.Status);
    }

    [Fact]
    public async Task Dispose_OfAStreamNeverRead_CancelsTheSequence()
    {
        await using var engine = Start(new HashRunner());
        var stream = engine.Generate(Request([1], maxTokens: 60), CancellationToken.None);

        await stream.DisposeAsync();
        await engine.DrainAsync();

        AssertIdle(engine.Status);
    }

    [Fact]
    public async Task Generate_WithACancelledToken_QueuesNothing()
    {
        await using var engine = Start(new HashRunner());

        Assert.Throws<OperationCanceledException>(() => engine.Generate(Request([1]), new CancellationToken(true)));

        Assert.Equal(0, engine.Status.Waiting);
    }

    private static void AssertIdle(EngineSnapshot status) => Assert.Equal(
        (0, 0, 0, 0L), (status.Running, status.Waiting, status.SlotsUsed, status.KvTokensUsed));
}
