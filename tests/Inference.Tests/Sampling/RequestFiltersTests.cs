using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;

namespace ExpertCluster.Inference.Tests.Sampling;

/// <summary>Biases, masks and penalties that requests ask for, against their formulas.</summary>
public sealed class RequestFiltersTests
{
    private const int Vocabulary = 200;

    public static TheoryData<string, SamplingOptions> Options => new()
    {
        { "presence", new() { PresencePenalty = 1.5f } },
        { "presence below 0", new() { PresencePenalty = -2 } },
        { "frequency", new() { FrequencyPenalty = 0.7f } },
        { "frequency below 0", new() { FrequencyPenalty = -0.4f } },
        { "bias", new() { LogitBias = [new(3, 100), new(4, -100), new(5, 0.5f), new(199, -1)] } },
        { "bias of a token that is none", new() { LogitBias = [new(200, 5), new(int.MaxValue, 5)] } },
        { "allowed", new() { AllowedTokens = [7, 3, 199, 0] } },
        { "allowed once", new() { AllowedTokens = [9] } },
        { "words", new() { BannedSequences = [[1], [2, 3], [4, 2, 5], [6, 6, 6]] } },
        { "words longer than the answer", new() { BannedSequences = [[.. Enumerable.Repeat(1, 300)]] } },
        { "min_tokens", new() { MinTokens = 12, EndTokens = [0, 1, 2, 400] } },
        { "all", new() { PresencePenalty = 0.3f, FrequencyPenalty = 0.2f, RepetitionPenalty = 1.3f, LogitBias = [new(3, 2), new(8, -3)], AllowedTokens = [.. Enumerable.Range(0, 90)], BannedSequences = [[3], [5, 6]], MinTokens = 20, EndTokens = [11] } },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Apply_RandomLogits_IsTheFormula(string name, SamplingOptions options)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            float[] logits = [.. Enumerable.Range(0, Vocabulary).Select(_ => ((float)random.NextDouble() * 16) - 8)];
            int[] prompt = [.. Enumerable.Range(0, 10).Select(_ => random.Next(Vocabulary))];
            int[] generated = [.. Enumerable.Range(0, seed).Select(_ => random.Next(8))];
            double[] expected = FilterReference.Logits(logits, options, prompt, generated);
            var candidates = new CandidateSet(Vocabulary);
            candidates.Load(logits);

            LogitsPipeline.BuiltIn.Apply(candidates, options, Seen(prompt, generated), greedy: true);

            Assert.Equal(Vocabulary, candidates.Count);
            for (int token = 0; token < Vocabulary; token++)
            {
                Assert.True(
                    expected[token] == candidates.Logits[token] || Math.Abs(expected[token] - candidates.Logits[token]) < 1e-4,
                    $"{name}, seed {seed}: token {token} has {candidates.Logits[token]}, not {expected[token]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Sample_Greedy_IsTheFormulasLikeliest(string name, SamplingOptions options)
    {
        var sampler = new Sampler(Vocabulary, LogitsPipeline.BuiltIn);
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            float[] logits = [.. Enumerable.Range(0, Vocabulary).Select(_ => ((float)random.NextDouble() * 16) - 8)];
            int[] prompt = [.. Enumerable.Range(0, 10).Select(_ => random.Next(Vocabulary))];
            List<int> generated = [];
            for (int i = 0; i < 20; i++)
            {
                double[] expected = FilterReference.Logits(logits, options, prompt, [.. generated]);
                int token = sampler.Sample(logits, options, Seen(prompt, [.. generated]), prompt.Length + i).Token;
                Assert.True(expected.Max() - expected[token] < 1e-4, $"{name}, seed {seed}: {token} is not the likeliest");
                generated.Add(token);
            }
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1.5f)]
    public void Sample_NothingLeft_NamesTheField(float temperature)
    {
        var sampler = new Sampler(4, LogitsPipeline.BuiltIn);
        var none = new SamplingOptions { Temperature = temperature, AllowedTokens = [2], BannedSequences = [[2]] };
        var early = new SamplingOptions { Temperature = temperature, AllowedTokens = [1], MinTokens = 1, EndTokens = [1] };

        Assert.Equal("bad_words leaves no token that may be drawn", Assert.Throws<InvalidGenerationException>(() => sampler.Sample([1, 2, 3, 4], none, Seen([], []), 0)).Message);
        Assert.Equal("min_tokens leaves no token that may be drawn", Assert.Throws<InvalidGenerationException>(() => sampler.Sample([1, 2, 3, 4], early, Seen([], []), 0)).Message);
    }

    /// <summary>An ensemble's probabilities may be so small that all of them are 0.</summary>
    [Fact]
    public void Sample_AllowedTokensHaveNoProbability_AreAlike()
    {
        var sampler = new Sampler(4, LogitsPipeline.BuiltIn);
        const float None = float.NegativeInfinity;

        Assert.Equal(1, sampler.Sample([0, None, None, None], new SamplingOptions { AllowedTokens = [3, 1] }, null, 0).Token);
        Assert.Equal(2, sampler.Sample([0, None, -200, None], new SamplingOptions { AllowedTokens = [3, 2] }, null, 0).Token);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public void Sample_TopLogProbabilities_AreTheLikeliestOfTheUnfiltered(int most)
    {
        var random = new Random(8);
        float[] logits = [.. Enumerable.Range(0, Vocabulary).Select(_ => (float)random.Next(-20, 20) / 4)];
        double sum = Math.Log(logits.Sum(logit => Math.Exp(logit)));

        var draw = new Sampler(Vocabulary, LogitsPipeline.BuiltIn).Sample(
            logits, new SamplingOptions { Temperature = 1, TopK = 1, AllowedTokens = [4], TopLogProbabilities = most }, null, 0);

        Assert.Equal(Enumerable.Range(0, Vocabulary).OrderByDescending(id => logits[id]).ThenBy(id => id).Take(most), draw.Top!.Select(t => t.Token));
        Assert.All(draw.Top!, t => Assert.Equal(logits[t.Token] - sum, t.LogProbability, 4));
        Assert.Equal(4, draw.Token);
    }

    [Fact]
    public void Sample_NotAskedForTop_HasNone() => Assert.Null(new Sampler(3, LogitsPipeline.BuiltIn).Sample([1, 2, 3], new SamplingOptions(), null, 0).Top);

    private static SeenTokens Seen(int[] prompt, int[] generated)
    {
        var seen = new SeenTokens(Vocabulary);
        Array.ForEach(prompt, seen.Add);
        Array.ForEach(generated, seen.AddGenerated);
        return seen;
    }
}
