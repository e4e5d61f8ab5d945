using ExpertCluster.Router.Versions;

namespace ExpertCluster.Router.Tests.Versions;

public sealed class LatencySketchTests
{
    [Fact]
    public void Quantile_Nothing_IsZero() => Assert.Equal(0, new LatencySketch().Quantile(0.5));

    [Theory]
    [InlineData(0.0002)]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(300)]
    public void Quantile_OneTime_IsThatTimeWithinAnEighth(double seconds)
    {
        var sketch = new LatencySketch();
        sketch.Add(TimeSpan.FromSeconds(seconds));

        Assert.All([0.0, 0.5, 0.95, 1.0], share => Assert.InRange(sketch.Quantile(share), seconds * 0.999, seconds * 1.126));
    }

    [Fact]
    public void Quantile_OfMany_IsWithinAnEighthOfTheTrueOne()
    {
        var sketch = new LatencySketch();
        double[] seconds = [.. Enumerable.Range(0, 10_000).Select(i => 0.001 * Math.Exp(5 * i / 10_000.0))];
        foreach (double time in seconds)
        {
            sketch.Add(TimeSpan.FromSeconds(time));
        }

        Assert.All([0.01, 0.5, 0.95, 0.999], share => Assert.InRange(sketch.Quantile(share), seconds[(int)(share * 10_000) - 1] * 0.999, seconds[(int)(share * 10_000) - 1] * 1.126));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1e7)]
    public void Add_OutOfItsRange_IsCountedAtItsEnd(double seconds)
    {
        var sketch = new LatencySketch();
        sketch.Add(TimeSpan.FromSeconds(seconds));

        Assert.True(sketch.Quantile(0.5) > 0);
    }
}
