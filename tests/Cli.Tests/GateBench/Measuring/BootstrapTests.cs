using ExpertCluster.Cli.GateBench.Measuring;

namespace ExpertCluster.Cli.Tests.GateBench.Measuring;

public sealed class BootstrapTests
{
    private static readonly bool[] Half = [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0)];

    /// <summary>A share of a half of 400 has a standard error of 0.025; 1.96 of them to each side.</summary>
    [Fact]
    public void Interval_OfAShare_IsThatOfTheBinomial()
    {
        var (low, high) = new Bootstrap().Interval(Half.Length, Share(Half));

        Assert.Equal(0.5 - 0.049, low, 0.006);
        Assert.Equal(0.5 + 0.049, high, 0.006);
    }

    [Fact]
    public void Interval_AllAlike_HasNoWidth() => Assert.Equal((1, 1), new Bootstrap().Interval(50, Share([.. Enumerable.Repeat(true, 50)])));

    [Fact]
    public void Interval_Again_IsTheSame() => Assert.Equal(new Bootstrap().Interval(Half.Length, Share(Half)), new Bootstrap().Interval(Half.Length, Share(Half)));

    [Fact]
    public void Interval_AnotherSeed_IsAnother() =>
        Assert.NotEqual(new Bootstrap(seed: 1).Interval(Half.Length, Share(Half)), new Bootstrap(seed: 2).Interval(Half.Length, Share(Half)));

    [Fact]
    public void Interval_OfTwoSets_DrawsEachFromItsOwn()
    {
        int most = 0;
        int mostOfSecond = 0;
        new Bootstrap(resamples: 50).Interval(30, 3, (first, second) =>
        {
            Assert.Equal((30, 3), (first.Length, second.Length));
            foreach (int i in first)
            {
                most = Math.Max(most, i);
            }

            foreach (int i in second)
            {
                mostOfSecond = Math.Max(mostOfSecond, i);
            }

            return 0;
        });

        Assert.Equal((29, 2), (most, mostOfSecond));
    }

    /// <summary>Of the resamples 0, 1, ... 999, a fortieth lies below 25 and one above 975.</summary>
    [Fact]
    public void Interval_Percentiles_LeaveAFortiethOnEachSide()
    {
        double next = 0;

        Assert.Equal((25, 975), new Bootstrap().Interval(1, _ => next++));
    }

    private static Bootstrap.Figure Share(bool[] holds) => chosen =>
    {
        int count = 0;
        foreach (int i in chosen)
        {
            count += holds[i] ? 1 : 0;
        }

        return (double)count / chosen.Length;
    };
}
