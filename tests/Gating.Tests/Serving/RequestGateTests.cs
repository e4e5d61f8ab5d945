using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.Learning;

namespace ExpertCluster.Gating.Tests.Serving;

public sealed class RequestGateTests(SmallGates gates) : IDisposable
{
    private readonly RequestGate _gate = RequestGate.Load(gates.Directory);

    [Theory]
    [InlineData("cooking")]
    [InlineData("sailing")]
    [InlineData("chess")]
    public void Score_HeldOutPrompt_RanksItsFieldFirst(string field) =>
        Assert.All(SmallWorld.HeldOut(field), e => Assert.Equal(field, _gate.Score(e.Prompt).Ranked[0].Name));

    [Fact]
    public void Score_SmallTalkFirst_StillFindsTheField() =>
        Assert.Equal("chess", _gate.Score("Good morning! My sister and I went to the market. How does the fresh bishop move?").Ranked[0].Name);

    [Fact]
    public void Score_TwoFields_RanksBothFirst()
    {
        GateScores[] all = [.. SmallWorld.HeldOut("cooking").Zip(SmallWorld.HeldOut("chess").Reverse(), (a, b) => _gate.Score($"{a.Prompt} {b.Prompt}"))];
        Assert.All(all, s => Assert.Equal(["chess", "cooking"], s.Ranked.Take(2).Select(c => c.Name).Order()));
        Assert.True(all.Average(s => s.Ranked[1].Probability) > 0.15, string.Join("; ", all.Select(s => s.Ranked[1])));
    }

    [Theory]
    [InlineData("Tell me about the weather in the mountains.")]
    [InlineData("qwrt zxcv plmk")]
    [InlineData("")]
    public void Score_NoField_StaysBelowTheFloor(string text)
    {
        var scores = _gate.Score(text);
        Assert.True(scores.Ranked.Where(c => c.Name != scores.Generalist).Max(c => c.Probability) < scores.Floor);
    }

    [Fact]
    public void Score_AnyText_GivesADistribution()
    {
        var scores = _gate.Score("Which knot holds a rook?");
        Assert.Equal(1, scores.Ranked.Sum(c => c.Probability), 1e-5);
        Assert.Equal(scores.Ranked.OrderByDescending(c => c.Probability), scores.Ranked);
        Assert.InRange(scores.Entropy, 0, Math.Log(4));
        Assert.Equal(0, scores.Of("no such class"));
    }

    [Fact]
    public void Score_ThroughTheIndex_EqualsTheFormula()
    {
        var model = GateTrainer.Request(SmallWorld.Set(), SmallWorld.Options);
        FeatureBag bag = new(TextFeatures.Limit);
        foreach (var example in SmallWorld.HeldOut("sailing"))
        {
            new TextFeatures(model.Metadata.Buckets).Extract(example.Prompt, bag);
            float[] expected = Reference.Probabilities(model, bag);
            var scores = _gate.Score(example.Prompt);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], scores.Of(_gate.Classes[i]), 1e-5);
            }
        }
    }

    [Fact]
    public async Task Score_ManyThreads_AgreeWithOne()
    {
        string[] texts = [.. new[] { "cooking", "sailing", "chess" }.SelectMany(SmallWorld.HeldOut).Select(e => e.Prompt)];
        double[] alone = [.. texts.Select(t => _gate.Score(t).Ranked[0].Probability)];
        double[] together = new double[texts.Length * 8];
        await Parallel.ForAsync(0, together.Length, (i, _) =>
        {
            together[i] = _gate.Score(texts[i % texts.Length]).Ranked[0].Probability;
            return ValueTask.CompletedTask;
        });
        for (int i = 0; i < together.Length; i++)
        {
            Assert.Equal(alone[i % texts.Length], together[i]);
        }
    }

    [Fact]
    public void Load_NoGateThere_SaysWhatIsNeeded() =>
        Assert.Contains("gate.json", Assert.Throws<GateFormatException>(() => RequestGate.Load(Path.GetTempPath())).Message, StringComparison.Ordinal);

    public void Dispose() => _gate.Dispose();
}
