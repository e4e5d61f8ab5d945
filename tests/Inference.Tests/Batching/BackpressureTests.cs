using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using ExpertCluster.TestSupport;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class BackpressureTests
{
    private static readonly EngineOptions Small = Options with { OutputBuffer = 3, SlowReaderTimeout = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task SlowReader_FullBuffer_PausesThatSequenceAlone()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner, Small);
        var slow = engine.Generate(Request([1], maxTokens: 10));

        var fast = await engine.Generate(Request([2], maxTokens: 40)).ReadAsync();

        Assert.Equal(40, fast.Count);
        Assert.Equal(3, slow.CompletionTokens);
        Assert.Equal(1, engine.Status.Paused);
        var tokens = await slow.ReadAsync();
        Assert.Equal(10, tokens.Count);
        await engine.DrainAsync();
        Assert.Equal(0, engine.Status.Paused);
        await using var alone = Start(new HashRunner());
        Assert.Equal((await alone.Generate(Request([1], maxTokens: 10)).ReadAsync()).Ids(), tokens.Ids());
    }

    [Fact]
    public async Task SlowReader_PastTheTimeout_IsGivenUpWithATypedError()
    {
        var time = new ManualTime();
        var ended = new EndObserver();
        await using var engine = Start(new HashRunner(), Small, time, ended);
        var slow = engine.Generate(Request([1], maxTokens: 10));
        await engine.Generate(Request([2], maxTokens: 20)).ReadAsync();
        Assert.Equal(1, engine.Status.Paused);

        time.Advance(TimeSpan.FromSeconds(9));
        await engine.Generate(Request([2], maxTokens: 1)).ReadAsync();
        Assert.Equal(1, engine.Status.Paused);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(SequenceOutcome.Failed, await ended.NextFailureAsync());
        var error = await Assert.ThrowsAsync<SlowReaderException>(slow.ReadAsync);
        Assert.Contains("3 tokens (OutputBuffer)", error.Message, StringComparison.Ordinal);
        Assert.Contains("10 s (SlowReaderTimeout)", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, engine.Status.SlotsUsed);
    }

    [Fact]
    public async Task SlowReader_TimerThatCallsTooEarly_IsGivenUpAllTheSame()
    {
        var time = new ManualTime { Early = TimeSpan.FromMilliseconds(1) };
        var ended = new EndObserver();
        await using var engine = Start(new HashRunner(), Small, time, ended);
        engine.Generate(Request([1], maxTokens: 10));
        await engine.Generate(Request([2], maxTokens: 20)).ReadAsync();

        time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(0.5));
        await engine.Generate(Request([2], maxTokens: 1)).ReadAsync();
        Assert.Equal(1, engine.Status.Paused);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(SequenceOutcome.Failed, await ended.NextFailureAsync());
    }

    [Fact]
    public async Task Generate_QueueFull_IsRefusedAndTheOthersFinish()
    {
        var runner = new HashRunner(slots: 1).Stepwise();
        await using var engine = Start(runner, Options with { QueueLimit = 2 });
        List<Task<List<GeneratedToken>>> accepted = [engine.Generate(Request([1])).ReadAsync()];
        await runner.EnteredAsync();
        accepted.Add(engine.Generate(Request([2])).ReadAsync());
        accepted.Add(engine.Generate(Request([3])).ReadAsync());

        var error = Assert.Throws<EngineOverloadedException>(() => engine.Generate(Request([4])));

        Assert.Equal(2, error.QueueLimit);
        Assert.True(error.RetryHelps);
        Assert.Equal(2, engine.Status.Waiting);
        runner.RunFreely();
        Assert.All(await Task.WhenAll(accepted), tokens => Assert.Equal(8, tokens.Count));
    }

    [Fact]
    public async Task Generate_BurstOfAsManyAsSlots_FitsWithAQueueOfNone()
    {
        var runner = new HashRunner(slots: 4).Stepwise();
        await using var engine = Start(runner, Options with { QueueLimit = 0 });

        var streams = Enumerable.Range(0, 4).Select(i => engine.Generate(Request([i])).ReadAsync()).ToList();
        Assert.Throws<EngineOverloadedException>(() => engine.Generate(Request([5])));

        runner.RunFreely();
        Assert.All(await Task.WhenAll(streams), tokens => Assert.Equal(8, tokens.Count));
    }

    /// <summary>Nobody waits whom it could displace.</summary>
    [Fact]
    public async Task Generate_AllSlotsRunAndAQueueOfNone_IsRefused()
    {
        var runner = new HashRunner(slots: 1).Stepwise();
        await using var engine = Start(runner, Options with { QueueLimit = 0 });
        var running = engine.Generate(Request([1])).ReadAsync();
        await runner.EnteredAsync();

        Assert.Throws<EngineOverloadedException>(() => engine.Generate(Request([2])));

        runner.RunFreely();
        Assert.Equal(8, (await running).Count);
    }

    [Fact]
    public async Task Drain_WithRunningAndQueued_FinishesThemAndRefusesNewOnes()
    {
        var runner = new HashRunner(slots: 1).Stepwise();
        await using var engine = Start(runner);
        var running = engine.Generate(Request([1])).ReadAsync();
        await runner.EnteredAsync();
        var queued = engine.Generate(Request([2])).ReadAsync();

        var drained = engine.DrainAsync();

        Assert.True(Assert.Throws<EngineDrainingException>(() => engine.Generate(Request([3]))).RetryHelps);
        Assert.False(drained.IsCompleted);
        Assert.True(engine.Status.Draining);
        runner.RunFreely();
        await drained;
        Assert.Equal(8, (await running).Count);
        Assert.Equal(8, (await queued).Count);
    }

    [Fact]
    public async Task Drain_Cancelled_StopsWaitingOnly()
    {
        var runner = new HashRunner().Stepwise();
        await using var engine = Start(runner);
        var running = engine.Generate(Request([1])).ReadAsync();
        await runner.EnteredAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.DrainAsync(new CancellationToken(true)));

        runner.RunFreely();
        Assert.Equal(8, (await running).Count);
    }

    [Fact]
    public async Task Dispose_WithRunningAndQueued_EndsThemWithATypedErrorAndDisposesTheRunner()
    {
        var runner = new HashRunner(slots: 1).Stepwise();
        var engine = Start(runner);
        var running = engine.Generate(Request([1]));
        await runner.EnteredAsync();
        var queued = engine.Generate(Request([2]));

        var disposed = engine.DisposeAsync();
        runner.RunFreely();
        await disposed;

        await Assert.ThrowsAsync<EngineDrainingException>(running.ReadAsync);
        await Assert.ThrowsAsync<EngineDrainingException>(queued.ReadAsync);
        await Assert.ThrowsAsync<EngineDrainingException>(() => engine.Adapters.RegisterAsync("law", Weights("law")));
        Assert.True(runner.IsDisposed);
        await engine.DisposeAsync();
    }

    private sealed class EndObserver : IEngineObserver
    {
        private readonly TaskCompletionSource<SequenceOutcome> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SequenceOutcome> NextFailureAsync() => _failure.Task;

        public void SequenceEnded(in SequenceReport report)
        {
            if (report.Outcome == SequenceOutcome.Failed)
            {
                _failure.TrySetResult(report.Outcome);
            }
        }
    }
}
