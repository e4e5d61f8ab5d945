using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Inference.Tests.Merging;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

/// <summary>An answer is drawn, and then scored as a part of the prompt.</summary>
public sealed class ScoringTests
{
    private static readonly int[] Prompt = [4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Theory]
    [InlineData("base", 0)]
    [InlineData("mix", 0)]
    [InlineData("ensemble", 0)]
    [InlineData("gate", 0)]
    [InlineData("base", 4)]
    [InlineData("ensemble", 4)]
    [InlineData("gate", 4)]
    public async Task Generate_ScoredAnswer_HasTheLogProbabilitiesThatItWasDrawnWith(string form, int draftRows)
    {
        await using var engine = Start(new HashRunner(), Options with { DraftRows = draftRows, OutputBuffer = 3 });
        var request = Request(Prompt, 20, await BranchesAsync(engine, form)) with { Sampling = new SamplingOptions { Temperature = 1, Seed = 3, TopLogProbabilities = 2 } };
        var drawn = await engine.Generate(request).ReadAsync();

        var scored = await engine.Generate(request with { Prompt = [.. Prompt, .. drawn.Ids()], ScoreFrom = Prompt.Length, MaxTokens = 0 }).ReadAsync();

        AssertSame(drawn, scored);
        Assert.All(scored, token => Assert.True(token is { IsPrompt: true, Text: "" }));
        Assert.Equal(FinishReason.Length, scored[^1].Finish);
        Assert.All(scored.SkipLast(1), token => Assert.Equal(FinishReason.None, token.Finish));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task Generate_ScoredPrompt_IsAnsweredAsWithout(int first)
    {
        await using var engine = Start(new HashRunner());
        var request = Request(Prompt, 20) with
        {
            Sampling = new SamplingOptions { Temperature = 1, Seed = 9, RepetitionPenalty = 1.3f, PresencePenalty = 1, MinTokens = 4 },
            EndTokens = new HashSet<int> { 3 },
        };
        var plain = await engine.Generate(request).ReadAsync();

        var stream = engine.Generate(request with { ScoreFrom = first });
        var scored = await stream.ReadAsync();

        Assert.Equal(Prompt[first..], scored.Where(t => t.IsPrompt).Ids());
        Assert.Equal(plain.Ids(), scored.Where(t => !t.IsPrompt).Ids());
        Assert.Equal(plain.Text(), scored.Text());
        Assert.Equal((Prompt.Length, plain.Count), (stream.PromptTokens, stream.CompletionTokens));
    }

    [Fact]
    public async Task Generate_EndTokenAndStopInAScoredPrompt_EndNothing()
    {
        await using var engine = Start(new HashRunner());
        var request = Request(Prompt, 2) with { ScoreFrom = 1, EndTokens = new HashSet<int> { 7 }, Stop = ["fg"] };

        var scored = await engine.Generate(request).ReadAsync();

        Assert.Equal(Prompt[1..], scored.Where(t => t.IsPrompt).Ids());
        Assert.Contains(scored, t => !t.IsPrompt);
    }

    [Fact]
    public async Task Generate_ScoredBesideOthers_AllGetWhatTheyGetAlone()
    {
        var options = Options with { DraftRows = 3 };
        await using var engine = Start(new HashRunner(), options);
        int[][] prompts = [Prompt, [1, 2, 3, 1, 2, 3, 1, 2], [20, 21, 22]];
        var requests = prompts.Select((p, i) => Request(p, 20) with { ScoreFrom = i == 1 ? null : 1 }).ToArray();
        List<List<GeneratedToken>> alone = [];
        foreach (var request in requests)
        {
            alone.Add(await engine.Generate(request).ReadAsync());
        }

        var together = await Task.WhenAll(requests.Select(request => engine.Generate(request).ReadAsync()));

        Assert.All(alone.Zip(together), pair => AssertSame(pair.First, pair.Second));
    }

    [Fact]
    public async Task Generate_Scored_TakesAsManyRowsAStepAsThereAreLogitsFor()
    {
        var runner = new HashRunner(slots: 4);
        await using var engine = Start(runner, Options with { DraftRows = 2 });

        await engine.Generate(Request(Prompt, 0) with { ScoreFrom = 1 }).ReadAsync();

        // Of nine tokens the last is told by the row before it; 4 + 2 logits a step.
        Assert.Equal([6, 2], runner.StepRows);
    }

    [Fact]
    public async Task Generate_ScoredBehindAPrefixThatIsKept_ReadsTheRestAlone()
    {
        await using var engine = Start(new HashRunner(), Options with { PrefixCacheBytes = 1 << 16 });
        var request = Request(Prompt, 3) with { ScoreFrom = 6 };
        var first = await engine.Generate(request).ReadAsync();

        var stream = engine.Generate(request);
        var second = await stream.ReadAsync();

        AssertSame(first, second);
        Assert.Equal(4, stream.CachedTokens);
    }

    [Fact]
    public async Task Generate_ScoredWithAMember_GivesWhatABranchGives()
    {
        await using var one = Start(new HashRunner());
        await using var other = Start(new HashRunner());
        var here = await one.Adapters.RegisterAsync("law", Weights("law"));
        var there = await other.Adapters.RegisterAsync("law", Weights("law"));
        var request = Request(Prompt, 6) with { ScoreFrom = 2 };
        var expected = await one.Generate(request with { Branches = [new Branch(), Mix((here, 1))] }).ReadAsync();

        // Elsewhere it is an answer that begins where scoring does.
        var its = Request(Prompt[..2], 6 + Prompt.Length - 2, Mix((there, 1)));
        var scored = await one.Generate(request with { Members = [new(new LinkedMember(other, its), 1)] }).ReadAsync();

        Assert.Equal(expected.Ids(), scored.Ids());
        Assert.Equal(expected.Select(t => t.IsPrompt), scored.Select(t => t.IsPrompt));
        Assert.All(expected.Zip(scored), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, 4));
        Assert.All(scored, token => Assert.Equal([0.5f], token.MemberShares));
    }

    [Theory]
    [InlineData(0, 1, "score_from is 0; with a prompt of 9 tokens it must be from 1 to 8")]
    [InlineData(9, 1, "score_from is 9; with a prompt of 9 tokens it must be from 1 to 8")]
    [InlineData(1, -1, "max_tokens is -1; it must be at least 0")]
    public async Task Generate_ScoringThatCannotBe_IsRefused(int first, int maxTokens, string message)
    {
        await using var engine = Start(new HashRunner());

        var error = Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request(Prompt, maxTokens) with { ScoreFrom = first }));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_ScoredAndResumed_IsRefused()
    {
        await using var engine = Start(new HashRunner());

        var resumed = Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request(Prompt) with { ScoreFrom = 1, Resume = [1] }));
        var fed = Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request(Prompt) with { ScoreFrom = 1, Feed = new TokenFeed(4) }));

        Assert.Contains("score_from stands beside resume or feed", resumed.Message, StringComparison.Ordinal);
        Assert.Contains("score_from stands beside resume or feed", fed.Message, StringComparison.Ordinal);
    }

    private static async Task<Branch[]> BranchesAsync(TestEngine engine, string form)
    {
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        var tax = await engine.Adapters.RegisterAsync("tax", Weights("tax"));
        return form switch
        {
            "mix" => [Mix((law, 0.25f), (tax, 0.75f))],
            "ensemble" => [Mix((law, 1)) with { Weight = 3 }, Mix((tax, 1))],
            "gate" => [new Branch { Gate = new ClassGate(new ModuloScorer(3, 3), [law, tax, null]) }],
            _ => [new Branch()],
        };
    }

    private static void AssertSame(List<GeneratedToken> expected, List<GeneratedToken> actual)
    {
        Assert.Equal(expected.Ids(), actual.Ids());
        Assert.Equal(expected.Select(t => t.LogProbability), actual.Select(t => t.LogProbability));
        Assert.Equal(expected.SelectMany(t => t.Top ?? []), actual.SelectMany(t => t.Top ?? []));
        Assert.Equal(expected.SelectMany(t => t.Experts), actual.SelectMany(t => t.Experts));
    }
}
