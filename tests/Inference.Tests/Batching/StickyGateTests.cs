using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

/// <summary>Gates whose choice depends on the one before, however the rows came to be in steps.</summary>
public sealed class StickyGateTests
{
    private static readonly int[] Prompt = [7, 5, 6, 10, 8, 9, 15, 11, 12, 13, 20];

    [Fact]
    public async Task Generate_Sticky_EachRowGoesOnFromTheOneBefore()
    {
        var tokens = await RunAsync(Options);

        bool isSecond = false;
        List<bool> expected = [];
        foreach (int token in Prompt.Concat(tokens.Ids().SkipLast(1)))
        {
            isSecond ^= token % StickyGate.Every == 0;
            expected.Add(isSecond);
        }

        Assert.Equal(expected[(Prompt.Length - 1)..], tokens.Select(t => Assert.Single(t.Experts).Adapter!.Name == "tax"));
        Assert.Equal(2, expected[(Prompt.Length - 1)..].Distinct().Count());
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 0)]
    [InlineData(64, 5)]
    public async Task Generate_Sticky_GivesTheSameHoweverItsRowsAreCut(int chunk, int draftRows)
    {
        // Of few tokens many guesses hold, and some don't.
        var expected = await RunAsync(Options, vocabulary: 2);

        AssertSame(expected, await RunAsync(Options with { PrefillChunk = chunk, DraftRows = draftRows }, vocabulary: 2));
    }

    /// <summary>What the prefix cache had was chosen for as well.</summary>
    [Fact]
    public async Task Generate_StickyBehindAKeptPrefix_GivesTheSame()
    {
        await using var engine = Start(new HashRunner(), Options with { PrefixCacheBytes = 1 << 16 });
        var request = await RequestAsync(engine);
        var first = await engine.Generate(request).ReadAsync();

        var stream = engine.Generate(request);
        var second = await stream.ReadAsync();

        AssertSame(first, second);
        Assert.Equal(8, stream.CachedTokens);
    }

    [Fact]
    public async Task Generate_StickyResumedOrScored_GivesTheSame()
    {
        await using var engine = Start(new HashRunner(), Options with { PrefixCacheBytes = 1 << 16 });
        var request = await RequestAsync(engine);
        var whole = await engine.Generate(request).ReadAsync();

        AssertSame(whole[9..], await engine.Generate(request with { Resume = whole.Ids()[..9] }).ReadAsync());
        AssertSame(whole, await engine.Generate(request with { Prompt = [.. Prompt, .. whole.Ids()], ScoreFrom = Prompt.Length, MaxTokens = 0 }).ReadAsync());
    }

    private static async Task<List<GeneratedToken>> RunAsync(EngineOptions options, int vocabulary = 32)
    {
        await using var engine = Start(new HashRunner(contextLength: 128, vocabulary: vocabulary), options);
        var request = await RequestAsync(engine);
        var tokens = await engine.Generate(request with { Prompt = [.. Prompt.Select(token => token % vocabulary)], MaxTokens = 90 }).ReadAsync();
        Assert.Equal(options.DraftRows > 0, engine.Status.AcceptedDraftTokens > 0);
        return tokens;
    }

    private static async Task<GenerationRequest> RequestAsync(TestEngine engine)
    {
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        var tax = await engine.Adapters.RegisterAsync("tax", Weights("tax"));
        return Request(Prompt, 30, new Branch { Gate = new StickyGate(law, tax) });
    }

    private static void AssertSame(IEnumerable<GeneratedToken> expected, IEnumerable<GeneratedToken> actual) => Assert.Equal(
        expected.Select(t => (t.Id, t.LogProbability, Assert.Single(t.Experts).Adapter!.Name)), actual.Select(t => (t.Id, t.LogProbability, Assert.Single(t.Experts).Adapter!.Name)));
}
