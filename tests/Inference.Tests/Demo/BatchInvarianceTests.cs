using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;

namespace ExpertCluster.Inference.Tests.Demo;

/// <summary>The same request gives the same bits alone, among many others, and when it goes on behind its own tokens.</summary>
public sealed class BatchInvarianceTests(DemoFixture demo) : IClassFixture<DemoFixture>
{
    private const int Tokens = 40;

    [Theory]
    [InlineData(0)]
    [InlineData(0.8f)]
    public async Task Generate_AloneAmong31OthersAndResumed_GivesTheSameBits(float temperature)
    {
        var requests = Enumerable.Range(0, 32).Select(i => Requests.Request(
            demo.Ask($"What clause covers termination of the Zirbe lease, and who signed page {i * 37}?")[(i % 5)..],
            Tokens,
            Requests.Mix((i % 6 == 5 ? null : demo.Registered[DemoFixture.Experts[i % 6]], 1))) with
        {
            Sampling = new SamplingOptions { Temperature = temperature, Seed = (ulong)i },
        }).ToList();

        var streams = requests.Select(request => demo.Engine.Generate(request)).ToList();
        var together = await Task.WhenAll(streams.Select(stream => stream.ReadAsync()));

        foreach (int i in (int[])[0, 1, 5, 17, 31])
        {
            var alone = await demo.Engine.Generate(requests[i]).ReadAsync();
            var resumed = await demo.Engine.Generate(requests[i] with { Resume = alone.Ids()[..13] }).ReadAsync();

            Assert.Equal(Bits(alone), Bits(together[i]));
            Assert.Equal(Bits(alone).Skip(13), Bits(resumed));
        }
    }

    private static IEnumerable<(int Id, float LogProbability)> Bits(IEnumerable<GeneratedToken> tokens) =>
        tokens.Select(token => (token.Id, (float)token.LogProbability));
}
