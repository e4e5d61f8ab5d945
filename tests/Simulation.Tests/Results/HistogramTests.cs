using ExpertCluster.Simulation.Results;

namespace ExpertCluster.Simulation.Tests.Results;

public sealed class HistogramTests
{
    [Fact]
    public void Quantile_Times_AreWithinTwoPercent()
    {
        Histogram times = new();
        for (int i = 1; i <= 1000; i++)
        {
            times.Add(i / 100.0);
        }

        foreach (double share in (double[])[0.01, 0.5, 0.9, 0.99, 1])
        {
            Assert.InRange(times.Quantile(share) / (share * 10), 0.98, 1.02);
        }
    }

    [Fact]
    public void Quantile_Nothing_IsZero() => Assert.Equal(0, new Histogram().Quantile(0.5));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e12)]
    public void Add_OutOfRange_IsTakenToTheEnd(double seconds)
    {
        Histogram times = new();

        times.Add(seconds);

        Assert.True(double.IsFinite(times.Quantile(0.5)));
    }
}
