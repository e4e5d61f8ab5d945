using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Gating;

public sealed class TokenGateScorersTests(SmallModels models)
{
    [Fact]
    public async Task Of_OneBase_IsOneScorer()
    {
        await using var host = new HostParts(models, opener: new FakeOpener(models) { WithGate = true });
        var runtime = (await host.LoadAsync("law")).Runtime;
        var scorers = new TokenGateScorers();

        var scorer = scorers.Of(runtime)!;

        Assert.Same(scorer, scorers.Of(runtime));
        Assert.Equal((runtime.Gate!.Window, runtime.Gate.Classes.Count), (scorer.Window, scorer.Classes));
        float[] scores = new float[scorer.Classes * 2];
        scorer.Score(new int[scorer.Window * 2], 2, scores);
        Assert.Equal(2, scores.Sum(), 3);
    }

    [Fact]
    public async Task Of_BaseWithoutAGate_IsNone()
    {
        await using var host = new HostParts(models);

        Assert.Null(new TokenGateScorers().Of((await host.LoadAsync("law")).Runtime));
    }
}
