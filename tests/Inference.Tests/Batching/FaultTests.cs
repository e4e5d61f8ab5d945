using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class FaultTests
{
    [Fact]
    public async Task RunnerThrows_FailsTheSequencesOfThatStepAndGoesOn()
    {
        var runner = new HashRunner().Stepwise();
        bool failing = true;
        runner.OnRun = _ =>
        {
            if (failing)
            {
                throw new InvalidOperationException("device lost");
            }
        };
        await using var engine = Start(runner);
        var first = engine.Generate(Request([1]));
        await runner.EnteredAsync();
        runner.Permit();

        var error = await Assert.ThrowsAsync<StepFailedException>(first.ReadAsync);

        Assert.Contains("device lost", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.InnerException);
        Assert.Equal((1L, 0L, true, 0), Summary(engine));
        failing = false;
        runner.RunFreely();
        Assert.Equal(8, (await engine.Generate(Request([1])).ReadAsync()).Count);
        Assert.Equal((1L, 8L, true, 0), Summary(engine));
    }

    [Fact]
    public async Task RunnerThrows_SeveralTimesInARow_IsUnhealthyUntilAStepSucceeds()
    {
        var runner = new HashRunner();
        bool failing = true;
        runner.OnRun = _ =>
        {
            if (failing)
            {
                throw new InvalidOperationException("device lost");
            }
        };
        await using var engine = Start(runner, Options with { UnhealthyAfter = 2 });

        await Assert.ThrowsAsync<StepFailedException>(engine.Generate(Request([1])).ReadAsync);
        Assert.True(engine.Status.Healthy);
        await Assert.ThrowsAsync<StepFailedException>(engine.Generate(Request([1])).ReadAsync);
        Assert.False(engine.Status.Healthy);

        failing = false;
        await engine.Generate(Request([1])).ReadAsync();
        Assert.True(engine.Status.Healthy);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task LogitsThatAreNotNumbers_FailThatSequenceAlone(float poison)
    {
        var runner = new HashRunner().Stepwise();
        runner.OnRan = batch =>
        {
            for (int n = 0; n < batch.OutputCount; n++)
            {
                if (batch.InputIds[batch.OutputRows[n]] == 31 && batch.Positions[batch.OutputRows[n]] == 0)
                {
                    batch.LogitsOf(n)[5] = poison;
                }
            }
        };
        await using var engine = Start(runner);
        var other = engine.Generate(Request([1], maxTokens: 20));
        await runner.EnteredAsync();
        var poisoned = engine.Generate(Request([31]));
        runner.RunFreely();

        await Assert.ThrowsAsync<StepFailedException>(poisoned.ReadAsync);

        Assert.Equal(20, (await other.ReadAsync()).Count);
        Assert.True(engine.Status.Healthy);
    }

    [Fact]
    public async Task ObserverThrows_FailsWhatRunsAndTheEngineGoesOn()
    {
        var observer = new ThrowingObserver();
        await using var engine = Start(new HashRunner(), observer: observer);

        await Assert.ThrowsAsync<StepFailedException>(engine.Generate(Request([1])).ReadAsync);

        observer.Throws = false;
        Assert.Equal(8, (await engine.Generate(Request([1])).ReadAsync()).Count);
    }

    private static (long Failed, long Steps, bool Healthy, int Slots) Summary(TestEngine engine)
    {
        var status = engine.Status;
        return (status.FailedSteps, status.Steps, status.Healthy, status.SlotsUsed);
    }

    private sealed class ThrowingObserver : Inference.Batching.IEngineObserver
    {
        public bool Throws { get; set; } = true;

        public void StepCompleted(in Inference.Batching.StepReport report)
        {
            if (Throws)
            {
                throw new InvalidOperationException("metrics are broken");
            }
        }
    }

    [Fact]
    public async Task DisposeAsync_DuringAStep_CutsItAndTellsTheReaderThatTheEngineEnds()
    {
        using var aborted = new ManualResetEventSlim();
        var runner = new HashRunner
        {
            OnAbort = aborted.Set,
            OnRun = _ =>
            {
                aborted.Wait();
                throw new InvalidOperationException("cut");
            },
        };
        var engine = Start(runner);
        var stream = engine.Generate(Request([1]));

        await engine.DisposeAsync();

        await Assert.ThrowsAsync<EngineDrainingException>(stream.ReadAsync);
        Assert.True(runner.IsDisposed);
    }
}
