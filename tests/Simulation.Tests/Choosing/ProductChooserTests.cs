using ExpertCluster.Contracts;
using ExpertCluster.Simulation.Choosing;
using ExpertCluster.Simulation.Clusters;
using ExpertCluster.Simulation.Options;

namespace ExpertCluster.Simulation.Tests.Choosing;

public sealed class ProductChooserTests
{
    private readonly WarmReplicas _warm = new(10);
    private readonly BaseMembers _members = new();
    private readonly SimulatedHost[] _hosts = [.. Enumerable.Range(0, 6).Select(i => new SimulatedHost(i, $"host-{i}", "z", new HostFigures()))];

    public ProductChooserTests() => Array.ForEach(_hosts, _members.Add);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Choose_WarmHost_IsTakenWhateverThePrompt(int number)
    {
        _warm.Add(3, _hosts[number], TimeSpan.Zero);
        _warm.Ready(3, _hosts[number]);
        var chooser = Chooser(new SimulationOptions());

        Assert.All(Enumerable.Range(0, 50), i => Assert.Same(_hosts[number], chooser.Choose(_members, Request(3, (ulong)i * 7919))));
    }

    [Fact]
    public void Choose_NotWarmYet_GoesByThePrompt()
    {
        _warm.Add(3, _hosts[2], TimeSpan.Zero);
        var chooser = Chooser(new SimulationOptions());

        Assert.True(Enumerable.Range(0, 50).Select(i => chooser.Choose(_members, Request(3, (ulong)i * 7919)).Number).Distinct().Count() > 3);
    }

    [Fact]
    public void Choose_WarmHostIsCrowded_TakesAnother()
    {
        _warm.Add(3, _hosts[2], TimeSpan.Zero);
        _warm.Ready(3, _hosts[2]);
        for (int i = 0; i < 5; i++)
        {
            _hosts[2].StartLoading();
        }

        _members.Update(_hosts[2]);

        Assert.NotSame(_hosts[2], Chooser(new SimulationOptions()).Choose(_members, Request(3, 1)));
    }

    [Fact]
    public void Chooser_UnknownScorer_IsNamedWithThoseThatThereAre()
    {
        var error = Assert.Throws<SetupException>(() => Chooser(new SimulationOptions { HostScorers = new Dictionary<string, double> { ["luck"] = 1 } }));

        Assert.Contains("luck", error.Message, StringComparison.Ordinal);
        Assert.Contains("warm", error.Message, StringComparison.Ordinal);
    }

    private ProductChooser Chooser(SimulationOptions options) => new(options, _warm);

    private static SimulatedRequest Request(int expert, ulong key) => new() { Expert = expert, Arrived = 0, Prompt = 1, Answer = 1, PromptKey = key };
}
