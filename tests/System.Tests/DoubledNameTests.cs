using ExpertCluster.Node.Exit;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>Reports, orders and drains go by a host's name: a second host of one name is refused, and the first never notices.</summary>
public sealed class DoubledNameTests(PreparedDemo demo) : IClassFixture<PreparedDemo>
{
    [Fact(Timeout = 180_000)]
    public async Task Start_HostOfANameThatIsTaken_EndsWithOneSentenceAndTheFirstServesOn()
    {
        using var home = new TemporaryFolder();
        var place = new NodePlace(demo.Path, home.Path);
        await using var nodes = await NodeGroup.StartAsync(place, place);

        var run = await ProgramRun.ToEndAsync("ExpertHost", NodeGroup.Settings("host-0", place, FreePorts.Take(4)));

        Assert.Equal(NodeExitCodes.Refused, run.Code);
        string sentence = Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("host/host-0 is in the cluster already, at 127.0.0.1:", sentence, StringComparison.Ordinal);
        Assert.NotEmpty((await nodes.Client.AskAsync(Requests.Chat("law", "Who decides?", 4))).Tokens);
    }

    [Fact(Timeout = 180_000)]
    public async Task Start_HostOfANameWhoseHostWasKilled_TakesItsPlace()
    {
        using var home = new TemporaryFolder();
        var place = new NodePlace(demo.Path, home.Path);
        await using var nodes = await NodeGroup.StartAsync(place, place);
        await nodes.KillAsync(1);

        // Until it is ready: a process that ends is told of.
        await nodes.ReviveAsync(1);
    }
}
