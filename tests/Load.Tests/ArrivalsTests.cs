namespace ExpertCluster.Load.Tests;

public sealed class ArrivalsTests
{
    private const int Draws = 20_000;

    [Fact]
    public void NextGap_ManyDraws_HasTheMeanAndSpreadOfAPoissonProcess()
    {
        var arrivals = new Arrivals(rate: 50, new Random(7));
        double[] gaps = [.. Enumerable.Range(0, Draws).Select(_ => arrivals.NextGap().TotalSeconds)];
        double mean = gaps.Average();
        double deviation = Math.Sqrt(gaps.Average(g => (g - mean) * (g - mean)));

        // Exponential gaps: mean and standard deviation are both 1 / rate; 3 % is 4 standard errors of the mean.
        Assert.Equal(0.02, mean, 0.02 * 0.03);
        Assert.Equal(0.02, deviation, 0.02 * 0.05);
    }

    [Fact]
    public void NextGap_SameSeed_IsTheSame()
    {
        var one = new Arrivals(5, new Random(3));
        var two = new Arrivals(5, new Random(3));

        Assert.Equal(Enumerable.Range(0, 10).Select(_ => one.NextGap()), Enumerable.Range(0, 10).Select(_ => two.NextGap()));
    }
}
