using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Sampling;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

/// <summary>What requests ask of the draw acts the same alone and in an ensemble, with guesses and without, and behind a seam.</summary>
public sealed class RequestFilterTests
{
    private static readonly SamplingOptions Greedy = new()
    {
        PresencePenalty = 0.6f,
        FrequencyPenalty = 0.4f,
        LogitBias = [new(1, 2), new(2, -3)],
        AllowedTokens = [.. Enumerable.Range(0, 20)],
        BannedSequences = [[3], [4, 5], [6, 7, 8]],
        MinTokens = 9,
        TopLogProbabilities = 2,
    };

    private static readonly SamplingOptions Drawn = Greedy with { Temperature = 1.2f, Seed = 11, TopK = 12 };

    public static TheoryData<bool, bool> Kinds => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Generate_BehindAnyToken_GivesTheRestOfTheText(bool drawn, bool ensemble)
    {
        await using var engine = Start(new HashRunner());
        var request = await AskAsync(engine, drawn, ensemble);
        var whole = await engine.Generate(request).ReadAsync();

        foreach (int cut in Enumerable.Range(1, whole.Count - 2))
        {
            var rest = await engine.Generate(request with { Resume = whole.Ids()[..cut] }).ReadAsync();
            Assert.Equal(whole.Skip(cut).Select(Line), rest.Select(Line));
        }
    }

    private static string Line(GeneratedToken token) => $"{token.Id} {token.LogProbability} {string.Join(' ', token.Top ?? [])}";

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Generate_WithGuesses_GivesTheSame(bool drawn, bool ensemble)
    {
        await using var plain = Start(new HashRunner());
        await using var guessing = Start(new HashRunner(), Options with { DraftRows = 6 });

        int[] expected = await RunAsync(plain);

        Assert.Equal(expected, await RunAsync(guessing));
        Assert.True(guessing.Status.AcceptedDraftTokens > 0);

        async Task<int[]> RunAsync(TestEngine engine)
        {
            var request = await AskAsync(engine, drawn, ensemble);

            // 0 wherever it may stand, which is after a 1: guesses hold because of the filters.
            var sampling = request.Sampling with { AllowedTokens = [0, 1], LogitBias = [new(0, 100)], BannedSequences = [[0, 0]] };
            request = request with { Prompt = [0, 1, 1, 0, 1, 1, 0], MaxTokens = 50, Sampling = sampling };
            return (await engine.Generate(request).ReadAsync()).Ids();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Generate_Greedy_IsTheFormulasLikeliestEachTime(bool ensemble)
    {
        var runner = new HashRunner();
        List<float[]> outputs = [];
        runner.OnRan = batch => outputs.AddRange(Enumerable.Range(0, batch.OutputCount).Select(n => batch.LogitsOf(n).ToArray()));
        await using var engine = Start(runner);
        int branches = ensemble ? 2 : 1;

        var request = await AskAsync(engine, drawn: false, ensemble);
        int[] ids = (await engine.Generate(request).ReadAsync()).Ids();

        var options = request.Sampling with { EndTokens = [.. request.EndTokens] };
        for (int i = 0; i < ids.Length; i++)
        {
            float[] merged = Merged(outputs.GetRange(i * branches, branches));
            double[] expected = FilterReference.Logits(merged, options, [.. request.Prompt], ids[..i]);
            int likeliest = Array.IndexOf(expected, expected.Max());
            Assert.True(ids[i] == likeliest || (ids[i] < 0 && request.EndTokens.Contains(likeliest)), $"token {i} is {ids[i]}, not {likeliest}");
        }
    }

    [Fact]
    public async Task Generate_EndTokenBeforeMinTokens_IsNotDrawn()
    {
        await using var engine = Start(new HashRunner());
        var request = Request([1, 2], 40) with { Sampling = new SamplingOptions { AllowedTokens = [5, 6], MinTokens = 7 }, EndTokens = new HashSet<int> { 5 } };

        var tokens = await engine.Generate(request).ReadAsync();

        Assert.All(tokens.Take(7), t => Assert.Equal(6, t.Id));
        Assert.True(tokens.Count == 40 || tokens[^1] is { Id: -1, Finish: FinishReason.Stop });
    }

    [Fact]
    public async Task Generate_StopTextBeforeMinTokens_DoesNotStop()
    {
        await using var engine = Start(new HashRunner());
        var request = Request([1, 2], 12) with { Sampling = new SamplingOptions { AllowedTokens = [4], MinTokens = 7 }, Stop = ["ee"] };

        var tokens = await engine.Generate(request).ReadAsync();

        Assert.Equal("eeeeeee", tokens.Text());
        Assert.Equal((9, FinishReason.Stop), (tokens.Count, tokens[^1].Finish));
    }

    [Fact]
    public async Task Generate_NothingLeftToDraw_IsTheRequestsFaultAndFailsItAlone()
    {
        await using var engine = Start(new HashRunner());
        var failing = engine.Generate(Request([1]) with { Sampling = new SamplingOptions { AllowedTokens = [4], BannedSequences = [[4, 4]] } });
        var other = engine.Generate(Request([1]));

        Assert.Equal("bad_words leaves no token that may be drawn", (await Assert.ThrowsAsync<InvalidGenerationException>(failing.ReadAsync)).Message);
        Assert.Equal(8, (await other.ReadAsync()).Count);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Generate_WrongValue_NamesFieldAndLimit(SamplingOptions sampling, string message)
    {
        await using var engine = Start(new HashRunner());

        Assert.Contains(message, Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request([1]) with { Sampling = sampling })).Message, StringComparison.Ordinal);
    }

    public static TheoryData<SamplingOptions, string> Wrong => new()
    {
        { new() { PresencePenalty = 2.5f }, "presence_penalty is 2.5; it must be from -2 to 2" },
        { new() { FrequencyPenalty = float.NaN }, "frequency_penalty is NaN; it must be from -2 to 2" },
        { new() { LogitBias = [new(1, 101)] }, "logit_bias gives token 1 a bias of 101; it must be from -100 to 100" },
        { new() { LogitBias = [new(32, 1)] }, "logit_bias[0] is 32; it must be a token id from 0 to 31" },
        { new() { AllowedTokens = [3, 32] }, "allowed_token_ids[1] is 32; it must be a token id from 0 to 31" },
        { new() { AllowedTokens = [-1] }, "allowed_token_ids has token -1; it must be 0 or above" },
        { new() { MinTokens = -1 }, "min_tokens is -1; it must be 0 or above" },
        { new() { TopLogProbabilities = 21 }, "top_logprobs is 21; it must be from 0 to 20" },
        { new() { BannedSequences = [[]] }, "bad_words has a sequence without tokens" },
    };

    private static async Task<GenerationRequest> AskAsync(TestEngine engine, bool drawn, bool ensemble)
    {
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        return Request([1, 2, 3], 24, ensemble ? [Mix((law, 1)), new Branch { Weight = 2 }] : [Mix((law, 1))]) with
        {
            Sampling = drawn ? Drawn : Greedy,
            EndTokens = new HashSet<int> { 25, 11 },
        };
    }

    private static float[] Merged(List<float[]> branches)
    {
        if (branches.Count == 1)
        {
            return branches[0];
        }

        double[][] shares = [.. branches.Select(logits => logits.Select(logit => Math.Exp(logit)).ToArray())];
        return [.. Enumerable.Range(0, branches[0].Length).Select(i => (float)Math.Log(shares.Select((weights, b) => (b + 1) / 3.0 * weights[i] / weights.Sum()).Sum()))];
    }
}
