using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class EngineTests
{
    [Fact]
    public async Task Generate_OneRequest_EndsWithLengthAndUsage()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner);
        var stream = engine.Generate(Request([1, 2, 3], maxTokens: 5));

        var tokens = await stream.ReadAsync();

        Assert.Equal(5, tokens.Count);
        Assert.Equal(FinishReason.Length, tokens[^1].Finish);
        Assert.All(tokens.SkipLast(1), token => Assert.Equal(FinishReason.None, token.Finish));
        Assert.Equal((3, 5), (stream.PromptTokens, stream.CompletionTokens));
        Assert.Empty(runner.Violations);
        var status = engine.Status;
        Assert.Equal((0, 0, 0, 0L), (status.Running, status.Waiting, status.SlotsUsed, status.KvTokensUsed));
        Assert.Equal((3L, 5L, 5L), (status.PromptTokens, status.GeneratedTokens, status.Steps));
    }

    [Fact]
    public async Task Status_KvBytes_AreWholeBlocksOfEverySlot()
    {
        await using var engine = Start(new HashRunner(slots: 3, contextLength: 10));

        Assert.Equal((3 * 10, 3 * 3 * 4 * sizeof(ulong)), (engine.Status.KvTokensCapacity, engine.Status.KvBytesCapacity));
    }

    [Fact]
    public async Task Generate_MoreThanTheContextLeaves_StopsAtTheContext()
    {
        await using var engine = Start(new HashRunner(contextLength: 10));

        var tokens = await engine.Generate(Request([1, 2, 3], maxTokens: 1000)).ReadAsync();

        Assert.Equal(7, tokens.Count);
        Assert.Equal(FinishReason.Length, tokens[^1].Finish);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9f)]
    public async Task Generate_Among31Others_GivesTheSameTokensAsAlone(float temperature)
    {
        var runner = new HashRunner(slots: 8);
        await using var engine = Start(runner);
        var adapter = await engine.Adapters.RegisterAsync("law", Weights("law"));
        var other = await engine.Adapters.RegisterAsync("code", Weights("code"));
        var requests = Enumerable.Range(0, 32).Select(i => Request(
            [.. Enumerable.Range(0, 1 + (i % 13)).Select(n => (n * 7 + i) % 32)],
            4 + (i % 9),
            [.. Enumerable.Range(0, 1 + (i % 3)).Select(b => Mix((b == 0 ? null : adapter, 1), (i % 2 == 0 ? other : null, 0.5f)))]) with
        {
            Sampling = new SamplingOptions { Temperature = temperature, Seed = (ulong)i, TopK = 20, RepetitionPenalty = 1.1f },
        }).ToList();

        List<int[]> alone = [];
        foreach (var request in requests)
        {
            alone.Add((await engine.Generate(request).ReadAsync()).Ids());
        }

        var streams = requests.Select(request => engine.Generate(request)).ToList();
        var together = await Task.WhenAll(streams.Select(stream => stream.ReadAsync()));

        for (int i = 0; i < requests.Count; i++)
        {
            Assert.Equal(alone[i], together[i].Ids());
        }

        Assert.Empty(runner.Violations);
        Assert.True(alone.Select(ids => string.Join(',', ids)).Distinct().Count() > 16, "the requests must differ for this to mean anything");
    }

    [Fact]
    public async Task Generate_LongPrompt_IsReadInChunksThatNeverExceedTheBound()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner, Options with { PrefillChunk = 4, MaxBranches = 2 });

        var tokens = await engine.Generate(Request([.. Enumerable.Range(0, 14)], maxTokens: 2)).ReadAsync();

        Assert.Equal([4, 4, 4, 2, 1], runner.StepRows);
        await using var whole = Start(new HashRunner(), Options with { PrefillChunk = 32 });
        var expected = await whole.Generate(Request([.. Enumerable.Range(0, 14)], maxTokens: 2)).ReadAsync();
        Assert.Equal(expected.Ids(), tokens.Ids());
    }

    [Fact]
    public async Task Generate_WhileAnotherReadsItsPrompt_DecodesInEveryStep()
    {
        var runner = new HashRunner().Stepwise();
        await using var engine = Start(runner, Options with { PrefillChunk = 4 });
        var decoding = engine.Generate(Request([1], maxTokens: 20)).ReadAsync();
        await runner.EnteredAsync();
        var reading = engine.Generate(Request([.. Enumerable.Range(0, 12)], maxTokens: 2)).ReadAsync();
        runner.RunFreely();

        await decoding;
        await reading;

        Assert.Equal([1, 5, 5, 5, 2, 1], runner.StepRows.Take(6));
    }

    [Fact]
    public async Task Generate_EnsembleLargerThanTheFreeSlots_IsNotOvertaken()
    {
        var runner = new HashRunner(slots: 2).Stepwise();
        await using var engine = Start(runner);
        var first = engine.Generate(Request([1], maxTokens: 6)).ReadAsync();
        await runner.EnteredAsync();
        var pair = engine.Generate(Request([2], 2, new Branch(), new Branch())).ReadAsync();
        var late = engine.Generate(Request([3], maxTokens: 1)).ReadAsync();
        runner.RunFreely();

        await Task.WhenAll(first, pair, late);

        // A slot was free for "late" all the time, but "pair" stood before it.
        Assert.Equal([1, 1, 1, 1, 1, 1, 2, 2, 1], runner.StepRows);
    }

    [Fact]
    public void Constructor_OptionsOutOfRange_NamesThemAll()
    {
        using var runner = new HashRunner(slots: 4, maxRows: 64);
        var options = new EngineOptions { QueueLimit = -1, MaxRowsPerStep = 3, PrefillChunk = 1, OutputBuffer = 0, SlowReaderTimeout = TimeSpan.Zero };

        var error = Assert.Throws<ArgumentException>(() => new Engine(runner, options, () => new LetterText()));

        Assert.All(
            ["QueueLimit is -1", "MaxRowsPerStep is 3", "from 4 to 64", "PrefillChunk is 1", "OutputBuffer is 0", "SlowReaderTimeout is"],
            expected => Assert.Contains(expected, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Observer_HearsEveryStepAdmissionAndEnd()
    {
        var observer = new RecordingObserver();
        await using var engine = Start(new HashRunner(), observer: observer);

        await engine.Generate(Request([1, 2, 3], maxTokens: 3)).ReadAsync();
        await engine.DrainAsync();

        Assert.Equal([(0, 3), (1, 0), (1, 0)], observer.Steps);
        Assert.Equal([new SequenceReport(SequenceOutcome.Length, 3, 3)], observer.Ends);
        Assert.Single(observer.Waits);
    }

    private sealed class RecordingObserver : IEngineObserver
    {
        public List<(int Decode, int Prompt)> Steps { get; } = [];

        public List<SequenceReport> Ends { get; } = [];

        public List<TimeSpan> Waits { get; } = [];

        public void StepCompleted(in StepReport report) => Steps.Add((report.DecodeRows, report.PromptRows));

        public void SequenceAdmitted(TimeSpan queueWait) => Waits.Add(queueWait);

        public void SequenceEnded(in SequenceReport report) => Ends.Add(report);
    }
}
