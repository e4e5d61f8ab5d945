using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Tests.Support;

namespace ExpertCluster.Inference.Tests.Demo;

/// <summary>
/// Caches of the shorter types on trained weights: a request gives the same bits alone, among others, resumed and behind a prefix
/// from the cache; and nearly the tokens of f32.
/// </summary>
public sealed class KvCacheTypeParityTests(DemoFixture demo, ITestOutputHelper output) : IClassFixture<DemoFixture>
{
    private const int Tokens = 32;
    private const string Lead = "You answer for a court that knows contracts, leases and their clauses well. ";

    [Theory]
    [InlineData(KvCacheType.Float16, 0)]
    [InlineData(KvCacheType.Float16, 0.8f)]
    [InlineData(KvCacheType.Int8, 0)]
    [InlineData(KvCacheType.Int8, 0.8f)]
    public async Task Generate_AloneAmongOthersResumedAndFromAPrefix_GivesTheSameBits(KvCacheType type, float temperature)
    {
        await using var plain = Open(type, prefixBytes: 0);
        await using var caching = Open(type, prefixBytes: 16 << 20);
        var requests = Enumerable.Range(0, 16).Select(i => Requests.Request(demo.Ask($"{Lead}Who signed page {i * 37}?"), Tokens) with
        {
            Sampling = new SamplingOptions { Temperature = temperature, Seed = (ulong)i },
        }).ToList();
        var streams = requests.Select(request => plain.Generate(request)).ToList();
        var together = await Task.WhenAll(streams.Select(stream => stream.ReadAsync()));
        await caching.Generate(requests[0]).ReadAsync();

        foreach (int i in (int[])[1, 7, 15])
        {
            var alone = await plain.Generate(requests[i]).ReadAsync();
            var resumed = await plain.Generate(requests[i] with { Resume = alone.Ids()[..13] }).ReadAsync();
            var stream = caching.Generate(requests[i]);
            var reused = await stream.ReadAsync();

            Assert.True(stream.CachedTokens >= 16, $"only {stream.CachedTokens} tokens came from the cache");
            Assert.Equal(Bits(alone), Bits(together[i]));
            Assert.Equal(Bits(alone).Skip(13), Bits(resumed));
            Assert.Equal(Bits(alone), Bits(reused));
        }
    }

    [Theory]
    [InlineData(KvCacheType.Float16, 0.95)]
    [InlineData(KvCacheType.Int8, 0.8)]
    public async Task Generate_Greedily_GivesNearlyTheTokensOfF32(KvCacheType type, double least)
    {
        await using var engine = Open(type, prefixBytes: 0);
        int same = 0;
        for (int i = 0; i < 24; i++)
        {
            var request = Requests.Request(demo.Ask($"How is the umbrella of Yusuf on day {i * 7}, and what does page {i} say?"), Tokens);
            var expected = await demo.Engine.Generate(request).ReadAsync();
            var actual = await engine.Generate(request).ReadAsync();

            // After the first difference the texts are others.
            same += expected.Ids().Zip(actual.Ids()).TakeWhile(pair => pair.First == pair.Second).Count();
        }

        double share = same / (24.0 * Tokens);
        output.WriteLine($"{type}: {share:0.000} of the tokens before the first difference");
        Assert.True(share >= least, $"only {share:0.000}");
    }

    private Engine Open(KvCacheType type, long prefixBytes) => EngineFactory.Open(
        demo.Model,
        DemoFixture.Runner with { KvCacheType = type },
        new EngineOptions { PrefillChunk = 24, PrefixCacheBytes = prefixBytes },
        demo.Tokenizer);

    private static IEnumerable<(int Id, float LogProbability)> Bits(IEnumerable<GeneratedToken> tokens) =>
        tokens.Select(token => (token.Id, (float)token.LogProbability));
}
