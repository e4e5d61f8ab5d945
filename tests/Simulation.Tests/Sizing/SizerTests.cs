using ExpertCluster.Simulation.Options;
using ExpertCluster.Simulation.Sizing;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Simulation.Tests.Sizing;

public sealed class SizerTests
{
    private static readonly SimulationOptions Options = new()
    {
        Experts = 50,
        Bases = 2,
        Minutes = 3,
        WarmupMinutes = 1,
        RequestsPerSecond = 5,
        PromptTokens = 200,
        AnswerTokens = 300,
        ZipfExponent = 0.5,
        FailuresPerHour = 0,
        DrainsPerHour = 0,
    };

    [Fact]
    public void Find_MoreTraffic_TakesNoFewerHosts() => AssertRises([.. ((double[])[2, 5, 12, 30]).Select(r => Hosts(Options with { RequestsPerSecond = r }, 400))]);

    [Fact]
    public void Find_TighterTarget_TakesNoFewerHosts() => AssertRises([.. ((double[])[5_000, 1_000, 400, 250]).Select(t => Hosts(Options, t))]);

    [Fact]
    public void Find_FasterHosts_TakeNoMore() => AssertRises(
        [Hosts(Options with { Figures = new HostFigures { TokensAtOne = 1000, TokensAtEight = 4000, TokensAtMost = 9000, PrefillTokens = 20_000 } }, 400), Hosts(Options, 400)]);

    [Fact]
    public void Find_Result_IsTheLeastThatWasTriedAndMeetsTheTarget()
    {
        SizingTarget target = new(400, 99);
        var sized = Sizer.Find(Options, target, 100, new ManualTime(), TestContext.Current.CancellationToken);

        Assert.Equal(sized.Hosts, sized.Tried.First(t => target.IsMetBy(t.Result)).Hosts);
        Assert.Contains(sized.Tried, t => t.Hosts == sized.Hosts - 1);
        Assert.True(sized.Hosts >= Sizer.WorkPerSecond(Options));
    }

    [Fact]
    public void Find_NeverEnough_SaysSo()
    {
        var sized = Sizer.Find(Options, new SizingTarget(1, 50), 6, new ManualTime(), TestContext.Current.CancellationToken);

        Assert.Null(sized.Hosts);
        Assert.Equal(6, sized.Tried[^1].Hosts);
    }

    private static int Hosts(SimulationOptions options, double milliseconds) =>
        Sizer.Find(options, new SizingTarget(milliseconds, 99), 400, new ManualTime(), TestContext.Current.CancellationToken).Hosts ?? int.MaxValue;

    private static void AssertRises(int[] hosts)
    {
        Assert.Equal(hosts.Order(), hosts);
        Assert.True(hosts[0] < hosts[^1], string.Join(' ', hosts));
    }
}
