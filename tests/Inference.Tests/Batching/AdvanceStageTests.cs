using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class AdvanceStageTests
{
    private const int Streams = 16;
    private const int Vocabulary = AdvanceStage.LogitsWorthHelp / Streams;

    [Fact]
    public async Task Generate_WithSeveralSamplingThreads_GivesWhatOneGives()
    {
        Assert.Equal(await GenerateAsync(threads: 1), await GenerateAsync(threads: 4));
    }

    [Fact]
    public async Task Generate_LogitsOfOneAreNotNumbers_FailsThatOneAlone()
    {
        // Nobody comes late and finds slot 3 free again: all but the first are there before the second step.
        var runner = new HashRunner(Streams, vocabulary: Vocabulary, maxRows: 256)
        {
            OnRan = batch =>
            {
                for (int n = 0; n < batch.OutputCount; n++)
                {
                    if (batch.Slots[batch.OutputRows[n]] == 3)
                    {
                        batch.LogitsOf(n).Fill(float.NaN);
                    }
                }
            },
        }.Stepwise();
        await using var engine = Start(runner, Options with { SamplingThreads = 4 });
        var streams = await BeginAsync(engine, runner, i => Request([i]));

        var outcomes = await Task.WhenAll(streams.Select(async stream => (await Record.ExceptionAsync(stream.ReadAsync))?.GetType()));

        Assert.Equal(typeof(StepFailedException), Assert.Single(outcomes, outcome => outcome is not null));
    }

    private static async Task<string[]> GenerateAsync(int threads)
    {
        // All prompts but the first are read in the second step, so every later step has the logits of all streams.
        var runner = new HashRunner(Streams, vocabulary: Vocabulary, maxRows: 256).Stepwise();
        await using var engine = Start(runner, Options with { SamplingThreads = threads, PrefillChunk = 64 });
        var streams = await BeginAsync(engine, runner, i => Request([i, 2 * i], maxTokens: 24) with
        {
            Sampling = new SamplingOptions
            {
                Temperature = i % 3 == 0 ? 0 : 0.9f,
                TopK = i % 2 == 0 ? 40 : 0,
                RepetitionPenalty = i % 4 == 0 ? 1.2f : 1,
                Seed = (ulong)i,
            },
            Stop = i % 5 == 0 ? ["b"] : [],
        });

        var answers = await Task.WhenAll(streams.Select(stream => stream.ReadAsync()));

        Assert.Empty(runner.Violations);
        return [.. answers.Select(answer => $"{string.Join(' ', answer.Ids())} {answer.Text()} {answer[^1].Finish}")];
    }

    /// <summary>The first is in a step, which waits, until all others are there.</summary>
    private static async Task<List<GenerationStream>> BeginAsync(TestEngine engine, HashRunner runner, Func<int, GenerationRequest> request)
    {
        List<GenerationStream> streams = [engine.Generate(request(0))];
        await runner.EnteredAsync();
        streams.AddRange(Enumerable.Range(1, Streams - 1).Select(i => engine.Generate(request(i))));
        runner.RunFreely();
        return streams;
    }
}
