using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;

namespace ExpertCluster.Inference.Tests.Demo;

/// <summary>A prompt found in the cache gives what the same prompt read anew gives, to the bit, on trained weights.</summary>
public sealed class PrefixParityTests(DemoFixture demo) : IClassFixture<DemoFixture>
{
    private const string Lead = "You answer for a court that knows contracts, leases and their clauses well. ";

    [Theory]
    [InlineData(0, null)]
    [InlineData(0.8f, null)]
    [InlineData(0, "law")]
    [InlineData(0.8f, "law")]
    public async Task Generate_PrefixFromTheCache_GivesTheSameBitsAsReadAnew(float temperature, string? expert)
    {
        await using var caching = EngineFactory.Open(
            demo.Model, DemoFixture.Runner, new EngineOptions { PrefillChunk = 24, PrefixCacheBytes = 16 << 20 }, demo.Tokenizer);
        var adapter = expert is null ? null : await caching.Adapters.RegisterAsync(expert, demo.Weights[expert]);
        var sampling = new SamplingOptions { Temperature = temperature, Seed = 5 };
        int[] prompt = demo.Ask(Lead + "What clause covers termination of the Zirbe lease?");
        int[] sibling = demo.Ask(Lead + "Who signed the Zirbe lease?");
        var anew = await demo.Engine.Generate(Requests.Request(
            prompt, 32, Requests.Mix((expert is null ? null : demo.Registered[expert], 1))) with
        { Sampling = sampling }).ReadAsync();
        await caching.Generate(Requests.Request(sibling, 4, Requests.Mix((adapter, 1)))).ReadAsync();

        var stream = caching.Generate(Requests.Request(prompt, 32, Requests.Mix((adapter, 1))) with { Sampling = sampling });
        var reused = await stream.ReadAsync();

        Assert.True(stream.CachedTokens >= 16, $"only {stream.CachedTokens} of {prompt.Length} tokens came from the cache");
        Assert.Equal(anew.Select(token => (token.Id, token.LogProbability)), reused.Select(token => (token.Id, token.LogProbability)));
    }
}
