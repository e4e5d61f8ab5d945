using ExpertCluster.Contracts.Selection;
using ExpertCluster.Router.Selection;

namespace ExpertCluster.Router.Tests.Selection;

public sealed class PickerTests
{
    [Theory]
    [InlineData(0.1, 0.9, 0.5, 1)]
    [InlineData(0.5, 0.5, 0.4, 1)]
    [InlineData(-2, -3, -1, 2)]
    public void Best_Scores_TakesTheHighestAndOfEqualsTheFirstByName(double c, double a, double b, int expected) =>
        Assert.Equal(expected, new BestPicker().Pick([(Host("c"), c), (Host("a"), a), (Host("b"), b)]));

    [Fact]
    public void Draw_Scores_AreItsProportions()
    {
        var draw = new DrawPicker();

        int[] counts = [.. Enumerable.Range(0, 4000).Select(_ => draw.Pick([(Host("a"), 0.75), (Host("b"), 0.25), (Host("c"), 0)])).CountBy(i => i).OrderBy(c => c.Key).Select(c => c.Value)];

        // Nine standard deviations of the binomial: a thousand million runs would show one failure.
        Assert.Equal(2, counts.Length);
        Assert.InRange(counts[0], 2750, 3250);
    }

    [Fact]
    public void Draw_NobodyScores_TakesAnybody()
    {
        var draw = new DrawPicker();

        Assert.Equal([0, 1], Enumerable.Range(0, 200).Select(_ => draw.Pick([(Host("a"), 0), (Host("b"), -1)])).Distinct().Order());
    }

    [Fact]
    public void Load_OfSeveral_IsOneForTheIdlestAndNoneForTheBusiest()
    {
        HostCandidate[] hosts = [new("a", 2, true), new("b", 6, true), new("c", 3, true)];
        var scorer = new LoadScorer();

        Assert.Equal([1, 0, 0.75], hosts.Select(h => scorer.Score(h, hosts, default)));
        Assert.Equal(1, scorer.Score(hosts[1], [hosts[1]], default));
    }

    private static HostCandidate Host(string name) => new(name, 0, Answers: true);
}
