using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Drafting;

/// <summary>Guesses change the number of steps and nothing else. Of two tokens half of all guesses hold by chance.</summary>
public sealed class DraftedStepTests
{
    private static readonly EngineOptions Drafting = Options with { DraftRows = 6 };

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.9f, 1)]
    [InlineData(0.9f, 2)]
    public async Task Generate_WithGuesses_GivesTheTokensOfOneAtATime(float temperature, int branches)
    {
        var plain = await RunAsync(Options, temperature, branches);

        var drafted = await RunAsync(Drafting, temperature, branches);

        Assert.Equal(plain.Outputs, drafted.Outputs);
        Assert.True(drafted.Status.AcceptedDraftTokens > 20, $"{drafted.Status.AcceptedDraftTokens} guesses held");
        Assert.True(drafted.Status.DraftTokens > drafted.Status.AcceptedDraftTokens, "some must fail for this to mean anything");
        Assert.Equal(0, plain.Status.DraftTokens);
    }

    [Fact]
    public async Task Generate_OneStream_TakesAStepLessForEachGuessThatHolds()
    {
        await using var engine = Start(Runner(), Drafting with { OutputBuffer = 128 });

        await engine.Generate(Request([0, 1, 1, 0, 1, 1, 0], 90)).ReadAsync();

        Assert.Equal(90 - engine.Status.AcceptedDraftTokens, engine.Status.Steps);
        Assert.Equal(90, engine.Status.GeneratedTokens);
    }

    [Fact]
    public async Task Generate_GateAndGuesses_EveryTokenNamesWhoGaveIt()
    {
        var plain = await GatedAsync(Options);
        var drafted = await GatedAsync(Drafting);

        Assert.Equal(plain.Tokens, drafted.Tokens);
        Assert.True(drafted.Accepted > 0, $"{drafted.Accepted} guesses held");
        Assert.Equal(2, plain.Tokens.Select(t => t.Expert).Distinct().Count());

        static async Task<((int Id, string Expert)[] Tokens, long Accepted)> GatedAsync(EngineOptions options)
        {
            await using var engine = Start(Runner(), options);
            var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
            var stream = engine.Generate(Request([0, 1, 1, 0, 1, 1], 90, new Branch { Gate = new EvenGate(law) }));
            var tokens = await stream.ReadAsync();
            return ([.. tokens.Select(t => (t.Id, Assert.Single(t.Experts).Adapter?.Name ?? "base"))], engine.Status.AcceptedDraftTokens);
        }
    }

    [Fact]
    public async Task Generate_MoreRowsThanTheStepHas_KeepsWithinItsBounds()
    {
        var runner = new HashRunner(slots: 4, contextLength: 128, vocabulary: 2, maxRows: 5);
        await using var engine = Start(runner, Drafting with { PrefillChunk = 4 });

        var streams = Enumerable.Range(0, 8).Select(i => engine.Generate(Request([0, 1, 1, 0, 1, i % 2], 40))).ToList();
        await Task.WhenAll(streams.Select(stream => stream.ReadAsync()));

        Assert.All(runner.StepRows, rows => Assert.InRange(rows, 1, 5));
        Assert.Empty(runner.Violations);
    }

    [Fact]
    public async Task Generate_AStopOrTheLimitAmongTheGuesses_EndsThere()
    {
        await using var engine = Start(Runner(), Drafting);
        await using var plain = Start(Runner());
        for (int limit = 1; limit < 20; limit++)
        {
            var request = Request([0, 1, 1, 0, 1, 1, 0, 1], limit) with { Stop = ["baab"] };

            var expected = await plain.Generate(request).ReadAsync();
            var tokens = await engine.Generate(request).ReadAsync();

            Assert.Equal(expected.Text(), tokens.Text());
            Assert.Equal(expected.Ids(), tokens.Ids());
            Assert.Equal(expected[^1].Finish, tokens[^1].Finish);
        }
    }

    [Fact]
    public async Task Generate_ASmallBuffer_IsNeverOverfilled()
    {
        await using var engine = Start(Runner(), Drafting with { OutputBuffer = 3 });
        await using var plain = Start(Runner());
        var request = Request([0, 1, 1, 0, 1, 1, 0, 1], 60);

        Assert.Equal((await plain.Generate(request).ReadAsync()).Ids(), (await engine.Generate(request).ReadAsync()).Ids());
    }

    [Fact]
    public async Task Generate_GuessesAndThePrefixCache_ShareOnlyWhatHeld()
    {
        await using var engine = Start(Runner(), Drafting with { PrefixCacheBytes = 1 << 20 });
        await using var plain = Start(Runner());
        var first = await engine.Generate(Request([0, 1, 1, 0, 1, 1], 40)).ReadAsync();
        int[] prompt = [0, 1, 1, 0, 1, 1, .. first.Ids(), 1, 1];

        var stream = engine.Generate(Request(prompt, 30));
        var tokens = await stream.ReadAsync();

        Assert.True(stream.CachedTokens >= 40, $"{stream.CachedTokens} came from the cache");
        Assert.Equal((await plain.Generate(Request(prompt, 30)).ReadAsync()).Ids(), tokens.Ids());
    }

    private static HashRunner Runner() => new(slots: 4, contextLength: 128, vocabulary: 2);

    private static async Task<(List<string> Outputs, EngineSnapshot Status)> RunAsync(EngineOptions options, float temperature, int branches)
    {
        await using var engine = Start(Runner(), options);
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        var streams = Enumerable.Range(0, 12).Select(i => engine.Generate(Request(
            [.. Enumerable.Range(0, 5 + i).Select(n => n * i % 2)],
            40 + i,
            [.. Enumerable.Range(0, branches).Select(b => Mix((b == 0 ? law : null, 1)))]) with
        {
            Sampling = new SamplingOptions { Temperature = temperature, Seed = (ulong)i, RepetitionPenalty = 1.1f },
        })).ToList();
        var outputs = await Task.WhenAll(streams.Select(stream => stream.ReadAsync()));
        await engine.DrainAsync();
        return ([.. outputs.Select(tokens => string.Join(',', tokens.Select(t => FormattableString.Invariant($"{t.Id}:{t.LogProbability:R}"))))], engine.Status);
    }

    /// <summary>The adapter on even tokens, the base on odd ones.</summary>
    private sealed class EvenGate(EngineAdapter adapter) : IRowGate
    {
        public IRowScorer Scorer { get; } = new ModuloScorer(window: 2, classes: 2);

        public IReadOnlyList<EngineAdapter> Adapters => [adapter];

        public int Choose(ReadOnlySpan<float> scores, Span<WeightedAdapter> chosen)
        {
            chosen[0] = new WeightedAdapter(scores[0] > 0 ? adapter : null, 1);
            return 1;
        }
    }
}
