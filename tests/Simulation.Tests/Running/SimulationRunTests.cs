using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Simulation.Options;
using ExpertCluster.Simulation.Results;
using ExpertCluster.Simulation.Running;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Simulation.Tests.Running;

public sealed class SimulationRunTests
{
    private static readonly SimulationOptions Small = new()
    {
        Hosts = 12,
        Experts = 200,
        Bases = 3,
        Minutes = 8,
        WarmupMinutes = 1,
        RequestsPerSecond = 8,
        PromptTokens = 200,
        AnswerTokens = 400,
        ShiftMinutes = 2,
        FailuresPerHour = 60,
        DrainsPerHour = 60,
        RepairMinutes = 1,
        Figures = new HostFigures { BaseLoadSeconds = 5 },
    };

    public static TheoryData<string> StrategyNames => [.. Strategies.Names];

    [Theory]
    [MemberData(nameof(StrategyNames))]
    public void Run_SameSeed_GivesTheSame(string strategy) => Assert.Equivalent(Run(Small, strategy), Run(Small, strategy), strict: true);

    [Fact]
    public void Run_OtherSeed_GivesAnother() => Assert.NotEqual(Run(Small).FirstTokenP50Milliseconds + Run(Small).Arrived, Run(Small with { Seed = 2 }).FirstTokenP50Milliseconds + Run(Small with { Seed = 2 }).Arrived);

    [Theory]
    [MemberData(nameof(StrategyNames))]
    public void Run_EveryRequest_EndsOrIsCounted(string strategy)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            var result = Run(Small with { Seed = seed }, strategy);

            Assert.True(result.Arrived > 3000, $"{result.Arrived}");
            Assert.True(result.Resumed > 0, "no host died with requests on it");
            Assert.Equal(result.Arrived, result.Completed + result.Refused + result.Unfinished);
            Assert.InRange(result.Unfinished, 0, 12 * 32);
        }
    }

    [Fact]
    public void Run_Strategies_SeeTheSameTraffic() =>
        Assert.Single(Strategies.Names.Select(s => Run(Small, s).Arrived).Distinct());

    [Fact]
    public void Run_TooMuchTraffic_RefusesAndLosesNobody()
    {
        var result = Run(Small with { RequestsPerSecond = 120, Figures = Small.Figures with { Queue = 4 } });

        Assert.True(result.Refused > 0);
        Assert.Equal(result.Arrived, result.Completed + result.Refused + result.Unfinished);
        Assert.True(result.Use > 0.7, $"{result.Use}");
    }

    [Fact]
    public void Run_AllHostsGone_RefusesUntilOneIsBack()
    {
        var result = Run(Small with { Hosts = 1, Bases = 1, FailuresPerHour = 400 });

        Assert.True(result.Refused > 100);
        Assert.True(result.Completed > 100);
        Assert.Equal(result.Arrived, result.Completed + result.Refused + result.Unfinished);
    }

    [Fact]
    public void Run_Product_ReadsFewerAdaptersWhileRequestsWaitThanInTurns() =>
        Assert.True(Run(Small).LoadsPerMinute < 0.8 * Run(Small, Strategies.RoundRobin).LoadsPerMinute);

    [Fact]
    public void Run_Product_DoesNotThrash()
    {
        // Where hosts die, a minimum may leave no host but the one that has just let an expert go.
        var result = Run(Small with { FailuresPerHour = 0, DrainsPerHour = 0, RequestsPerSecond = 20, Minutes = 20 });

        Assert.True(result.Moves > 0);
        Assert.Equal([], result.FlipExamples);
    }

    [Fact]
    public void Run_PolicyThatThrashes_IsFoundOut()
    {
        var result = new SimulationRun(Small, Strategies.Product, new Fickle(), new ManualTime()).Run(TestContext.Current.CancellationToken);

        Assert.True(result.Flips > 100, $"{result.Flips}");
        Assert.Contains(result.FlipExamples, e => e.Contains("let expert-00000 go from host-00000: because; 2 s after the opposite", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Cancelled_Stops() => Assert.ThrowsAny<OperationCanceledException>(() =>
        Simulator.Run(Small, Strategies.Names, new ManualTime(), new CancellationToken(canceled: true)));

    private static SimulationResult Run(SimulationOptions options, string strategy = Strategies.Product) =>
        Simulator.Run(options, [strategy], new ManualTime(), TestContext.Current.CancellationToken)[0];

    /// <summary>Warms the first expert on the first host, and lets it go again, every other second.</summary>
    private sealed class Fickle : IPlacementPolicy
    {
        public string Name => "fickle";

        public RoundResult Decide(RoundInput input, RoundState? state)
        {
            var expert = input.Experts[0];
            var host = input.Hosts.FirstOrDefault(h => h.Name == "host-00000");
            bool isThere = input.Replicas.Any();
            bool isTurn = (int)input.Now.TotalSeconds % 2 == 0 && host is not null;
            return new RoundResult(
                isTurn
                    ? [new PlacementDecision(isThere ? DecisionKind.LetExpertGo : DecisionKind.WarmExpert, host!.Name, expert.Id, expert.Base, DecisionCause.Demand, "because")]
                    : [],
                [],
                new Nothing());
        }

        private sealed record Nothing : RoundState;
    }
}
