using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

/// <summary>A request that goes on behind tokens that it gave elsewhere.</summary>
public sealed class ResumeTests
{
    private static readonly GenerationRequest Whole = Request([1, 2, 3], 24) with
    {
        Sampling = new SamplingOptions { Temperature = 0.9f, Seed = 5, RepetitionPenalty = 1.2f },
    };

    public static TheoryData<int> Cuts() => [1, 2, 3, 7, 12, 22, 23];

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Generate_BehindAnyToken_GivesTheRestOfTheText(int cut)
    {
        await using var engine = Start(new HashRunner());
        var whole = await engine.Generate(Whole).ReadAsync();

        var stream = engine.Generate(Whole with { Resume = whole.Ids()[..cut] });
        var rest = await stream.ReadAsync();

        Assert.Equal(whole.Skip(cut).Select(t => (t.Id, t.Text, t.LogProbability, t.Finish)), rest.Select(t => (t.Id, t.Text, t.LogProbability, t.Finish)));
        Assert.Equal((3, 24), (stream.PromptTokens, stream.CompletionTokens));
    }

    [Fact]
    public async Task Generate_AStopStringAcrossTheSeam_IsFound()
    {
        await using var engine = Start(new HashRunner());
        int[] ids = (await engine.Generate(Whole).ReadAsync()).Ids();
        int letters = Enumerable.Range(0, ids.Length - 1).First(i => ids[i] < 26 && ids[i + 1] < 26);
        var request = Whole with { Stop = [$"{(char)('a' + ids[letters])}{(char)('a' + ids[letters + 1])}"] };
        var whole = await engine.Generate(request).ReadAsync();

        var rest = await engine.Generate(request with { Resume = ids[..(letters + 1)] }).ReadAsync();

        Assert.Equal(FinishReason.Stop, whole[^1].Finish);
        Assert.Equal(whole.Skip(letters + 1).Text(), rest.Text());
        Assert.Equal(FinishReason.Stop, rest[^1].Finish);
    }

    [Fact]
    public async Task Generate_WhatWasReadBefore_ComesFromThePrefixCache()
    {
        await using var engine = Start(new HashRunner(), Options with { PrefixCacheBytes = 1 << 16 });
        var whole = await engine.Generate(Whole).ReadAsync();

        var stream = engine.Generate(Whole with { Resume = whole.Ids()[..14] });
        var rest = await stream.ReadAsync();

        Assert.Equal(16, stream.CachedTokens);
        Assert.Equal(whole.Skip(14).Ids(), rest.Ids());
    }

    [Theory]
    [InlineData(new[] { 1, 99 }, 8, "resume[1] is 99; it must be a token id from 0 to 31")]
    [InlineData(new[] { 1, 2 }, 2, "resume has 2 tokens; with max_tokens 2 it may have at most 1")]
    public async Task Generate_AResumeThatCannotBe_IsRefused(int[] resume, int maxTokens, string message)
    {
        await using var engine = Start(new HashRunner());

        var error = Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request([1], maxTokens) with { Resume = resume }));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_MoreThanTheContextHolds_IsRefused()
    {
        await using var engine = Start(new HashRunner(contextLength: 16));

        var error = Assert.Throws<InvalidGenerationException>(
            () => engine.Generate(Request([.. Enumerable.Range(0, 10)], 100) with { Resume = [1, 2, 3, 4, 5, 6] }));

        Assert.Contains("prompt has 16 tokens; it may have at most 15", error.Message, StringComparison.Ordinal);
    }
}
