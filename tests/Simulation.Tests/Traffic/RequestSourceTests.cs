using ExpertCluster.Simulation.Options;
using ExpertCluster.Simulation.Traffic;

namespace ExpertCluster.Simulation.Tests.Traffic;

public sealed class RequestSourceTests
{
    private static readonly SimulationOptions Options = new() { Experts = 100, RequestsPerSecond = 50, PromptTokens = 300, AnswerTokens = 80, ShiftMinutes = 0 };

    [Fact]
    public void Next_Many_HaveTheRateAndTheMeans()
    {
        var arrivals = Take(Options, 20_000);

        Assert.InRange(arrivals.Count / arrivals[^1].At, 48.5, 51.5);
        Assert.InRange(arrivals.Average(a => a.Prompt), 285, 315);
        Assert.InRange(arrivals.Average(a => a.Answer), 76, 84);
        Assert.Equal(arrivals.Order(Comparer<Arrival>.Create((a, b) => a.At.CompareTo(b.At))), arrivals);
    }

    [Theory]
    [InlineData(1, 0.193)]
    [InlineData(0, 0.01)]
    [InlineData(2, 0.61)]
    public void Next_Popularity_FollowsZipf(double exponent, double share)
    {
        var arrivals = Take(Options with { ZipfExponent = exponent }, 20_000);

        Assert.InRange(arrivals.GroupBy(a => a.Expert).Max(g => g.Count()) / 20_000.0, share * 0.9, (share * 1.1) + 0.005);
    }

    [Fact]
    public void Next_Shifts_ChangeWhoIsAskedFor()
    {
        Assert.Equal(Top(0, 1), Top(0, 20));
        Assert.NotEqual(Top(1, 1), Top(1, 20));

        int[] Top(double shiftMinutes, int minute) =>
        [
            .. Take(Options with { ShiftMinutes = shiftMinutes, ShiftShare = 1 }, 70_000).Where(a => (int)(a.At / 60) == minute)
                .GroupBy(a => a.Expert).OrderByDescending(g => g.Count()).Take(2).Select(g => g.Key),
        ];
    }

    private static List<Arrival> Take(SimulationOptions options, int count)
    {
        RequestSource source = new(options);
        return [.. Enumerable.Range(0, count).Select(_ => source.Next())];
    }
}
