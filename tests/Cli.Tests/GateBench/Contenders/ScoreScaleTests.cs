using ExpertCluster.Cli.GateBench.Contenders;

namespace ExpertCluster.Cli.Tests.GateBench.Contenders;

public sealed class ScoreScaleTests
{
    [Fact]
    public void Softmax_Scores_AreSharesAtTheTemperature()
    {
        double[] shares = ScoreScale.Softmax([0, Math.Log(3)], 1);

        Assert.Equal(0.25, shares[0], 12);
        Assert.Equal(0.75, shares[1], 12);
        Assert.Equal(0.1, ScoreScale.Softmax([0, Math.Log(3)], 0.5)[0], 12);
    }

    /// <summary>Right three times of four by one and the same lead: the temperature makes that lead worth three to one.</summary>
    [Fact]
    public void Of_HeldOutScores_FindsTheTemperatureThatSaysHowOftenTheyAreRight()
    {
        var scale = ScoreScale.Of([([1, 0], 0), ([0, 1], 1), ([1, 0], 0), ([1, 0], 1)], [true, true]);

        Assert.Equal(0.75, ScoreScale.Softmax([1, 0], scale.Temperature)[0], 0.02);
        Assert.Equal(0.75, scale.Floor, 0.02);
    }

    [Fact]
    public void Of_Generalist_NeitherRaisesNorLowersTheFloor()
    {
        var scale = ScoreScale.Of([([1, 0, 0], 0), ([0, 1, 0], 1), ([0.1, 0.1, 3], 2)], [true, true, false]);

        Assert.Equal(ScoreScale.Softmax([1, 0, 0], scale.Temperature)[0], scale.Floor, 12);
    }
}
