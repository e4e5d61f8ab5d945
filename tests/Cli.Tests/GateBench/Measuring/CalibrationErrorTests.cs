using ExpertCluster.Cli.GateBench.Measuring;

namespace ExpertCluster.Cli.Tests.GateBench.Measuring;

public sealed class CalibrationErrorTests
{
    /// <summary>Bins of a fifteenth: .92 and .90 share one (claimed 1.82, right 1: .82 too much), .30 stands alone (right: .70 too little).</summary>
    [Fact]
    public void Of_TwoBins_IsTheMeanGapOfEachWeighedByItsSize()
    {
        double error = CalibrationError.Of([0.92, 0.90, 0.30], [true, false, true], [0, 1, 2]);

        Assert.Equal((0.82 + 0.70) / 3, error, 12);
    }

    [Fact]
    public void Of_GapsOfOneBin_CancelOut() => Assert.Equal(0, CalibrationError.Of([0.5, 0.5], [true, false], [0, 1]), 12);

    [Fact]
    public void Of_GapsOfTwoBins_DoNotCancelOut() => Assert.Equal(0.4, CalibrationError.Of([0.6, 0.4], [true, false], [0, 1]), 12);

    /// <summary>A fifteenth itself belongs to the bin below it, and what is above to the next.</summary>
    [Fact]
    public void Of_ABinsUpperEdge_BelongsToIt()
    {
        const double edge = 1.0 / CalibrationError.Bins;

        Assert.Equal(Math.Abs((2 * edge) - 0.01 - 1) / 2, CalibrationError.Of([edge, edge - 0.01], [true, false], [0, 1]), 12);
        Assert.Equal((edge + 0.01 + 1 - (edge - 0.01)) / 2, CalibrationError.Of([edge + 0.01, edge - 0.01], [false, true], [0, 1]), 12);
    }

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(0, true, 1)]
    [InlineData(1, true, 0)]
    [InlineData(1, false, 1)]
    public void Of_CertainOnes_AreInTheOuterBins(double confidence, bool right, double error) =>
        Assert.Equal(error, CalibrationError.Of([confidence], [right], [0]), 12);

    [Fact]
    public void Of_Chosen_CountAsOftenAsTheyAreNamed() => Assert.Equal(0.1, CalibrationError.Of([0.9, 0.2], [true, true], [0, 0]), 12);

    [Fact]
    public void Of_Nothing_IsZero() => Assert.Equal(0, CalibrationError.Of([], [], []));
}
