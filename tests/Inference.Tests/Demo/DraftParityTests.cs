using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;

namespace ExpertCluster.Inference.Tests.Demo;

/// <summary>Guesses that are checked in one step give the bits of single steps, on trained weights.</summary>
public sealed class DraftParityTests(DemoFixture demo) : IClassFixture<DemoFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.7f)]
    public async Task Generate_WithGuesses_GivesTheSameBitsAsWithout(float temperature)
    {
        await using var drafting = EngineFactory.Open(
            demo.Model, DemoFixture.Runner, new EngineOptions { PrefillChunk = 24, DraftRows = 8 }, demo.Tokenizer);
        var request = Requests.Request(demo.Ask("What is the revenue of Nirzirr Ltd? What is the revenue of Nirzirr Ltd? Say it twice."), 96) with
        {
            Sampling = new SamplingOptions { Temperature = temperature, Seed = 11 },
        };

        var plain = await demo.Engine.Generate(request).ReadAsync();
        var drafted = await drafting.Generate(request).ReadAsync();

        Assert.Equal(plain.Select(t => (t.Id, t.LogProbability)), drafted.Select(t => (t.Id, t.LogProbability)));
        Assert.True(drafting.Status.DraftTokens > 0, "nothing was guessed");
    }
}
