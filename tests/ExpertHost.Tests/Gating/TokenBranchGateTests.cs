using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Tests.Gating;

public sealed class TokenBranchGateTests
{
    [Fact]
    public void Weigh_PlanSaysNothing_IsTheTokensScoresInTheBranchesOrder() => Assert.Equal([0.5f, 0.2f], Weigh([0.2f, 0.3f, 0.5f], (2, 0.5), (0, 0.5)));

    /// <summary>A hundredth of the odds is a tenth of the weight, as where one expert is chosen.</summary>
    [Fact]
    public void Weigh_PlanPrefersAnExpert_CountsItsScoreForMore()
    {
        float[] weights = Weigh([0.4f, 0.6f], (0, 0.99), (1, 0.01));

        Assert.Equal(0.4f, weights[0]);
        Assert.Equal(0.06f, weights[1], 6);
    }

    [Fact]
    public void Weigh_TheTokenIsSurelyAnothers_WeighsAlike() => Assert.Equal([1f, 1f], Weigh([0, 0, 1], (0, 0.9), (1, 0.1)));

    private static float[] Weigh(float[] scores, params (int Class, double Weight)[] branches)
    {
        float[] weights = new float[branches.Length];
        new TokenBranchGate(new NoScorer(), [.. branches.Select(b => new TokenCandidate(b.Class, null, b.Weight))]).Weigh(scores, weights);
        return weights;
    }

    private sealed class NoScorer : IRowScorer
    {
        public int Window => 1;

        public int Classes => 3;

        public void Score(ReadOnlySpan<int> windows, int count, Span<float> scores) => throw new NotSupportedException();
    }
}
