using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;

namespace ExpertCluster.Drills;

/// <summary>A membership store that is not there, not there any more, or empty.</summary>
public abstract class StoreLossTests(string store)
{
    private const int Stopped = 0;
    private const int Refused = 2;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task DownAtTheStart_NodesWaitAndSayWhatForAndServeWhenItComes()
    {
        await using var cluster = await DrillCluster.StartAsync(store, hosts: 2, withStore: false);
        foreach (var node in cluster.Nodes)
        {
            await Node.UntilAsync(async () => await node.GetAsync("/health/ready") is { Status: 503, Text: var text } && text.Contains("waiting for ", StringComparison.Ordinal));
            Assert.Equal(200, (await node.GetAsync("/health/live"))?.Status);
        }

        await cluster.Store.StartAsync();

        await cluster.ReadyAsync();
        await cluster.Client.AskAsync(Requests.Chat(DrillCatalogue.Single, "Who decides?", 8));
    }

    [Fact(Timeout = 120_000)]
    public async Task DownAtTheStart_NodeToldToStop_EndsAtOnce()
    {
        await using var cluster = await DrillCluster.StartAsync(store, hosts: 1, withStore: false);
        await Node.UntilAsync(async () => await cluster.Router.GetAsync("/health/ready") is { Status: 503 });

        foreach (var node in cluster.Nodes)
        {
            node.Signal(Posix.Terminate);
            await node.ExitedAsync();
            Assert.True(node.ExitCode == Stopped, node.Output);
            Assert.DoesNotContain("   at ", node.Output, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task RefusesTheNode_EndsWithOneSentence()
    {
        await using var cluster = await DrillCluster.StartAsync(store, hosts: 0);
        await cluster.Router.ReplaceAsync("CLUSTERING__CONNECTIONSTRING", cluster.Store.WrongConnectionString);

        await cluster.Router.ExitedAsync();

        Assert.Equal(Refused, cluster.Router.ExitCode);
        string sentence = cluster.Router.Output.Trim().Split('\n')[^1];
        Assert.StartsWith("ExpertCluster:Clustering:ConnectionString: ", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong@", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", cluster.Router.Output, StringComparison.Ordinal);
    }

    /// <summary>What is loaded keeps serving; what a host that dies meanwhile alone had comes up when the store is back.</summary>
    [Fact(Timeout = 240_000)]
    public async Task DownForAWhile_AHostKilledMeanwhile_OthersServeAndItsExpertsComeBackWithTheStore()
    {
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 3);
        await using var asker = new Asker(cluster.Client, DrillCatalogue.Twofold);
        var victim = (await cluster.HostsOfAsync(DrillCatalogue.Single)).Single();

        await cluster.Store.KillAsync();
        await asker.MoreAsync(20);
        await victim.KillAsync();

        // The length of the outage is what the drill is about.
        await Task.Delay(TimeSpan.FromSeconds(25), TimeProvider.System, _cancellation);
        foreach (var node in cluster.Nodes.Where(n => n != victim))
        {
            Assert.Equal(200, (await node.GetAsync("/health/live"))?.Status);
            Assert.Equal(200, (await node.GetAsync("/health/ready"))?.Status);
        }

        await cluster.Store.StartAsync();
        await Answers.ServedByAnotherAsync(cluster, victim);

        await asker.FoundNothingWrongAsync();
        Assert.DoesNotContain("   at ", cluster.Router.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task Emptied_MembersStayAndANewOneJoinsAndAllStopWhenTold()
    {
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 2);
        await using var asker = new Asker(cluster.Client, DrillCatalogue.Twofold);

        await cluster.Store.EmptyAsync();
        await asker.MoreAsync(20);

        var victim = (await cluster.HostsOfAsync(DrillCatalogue.Single)).Single();
        await victim.KillAsync();
        await Answers.ServedByAnotherAsync(cluster, victim);
        victim.Restart();
        await victim.ReadyAsync();
        await asker.FoundNothingWrongAsync();

        await cluster.Store.EmptyAsync();
        await StopAsync(cluster.Nodes);
    }

    [Fact(Timeout = 180_000)]
    public async Task DownWhenNodesAreToldToStop_TheyStopAllTheSame()
    {
        DrillOptions.OnlyOn(store, its: "redis");
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 1);
        await cluster.Store.KillAsync();

        await StopAsync(cluster.Nodes);
    }

    [Fact(Timeout = 180_000)]
    public async Task Restarted_NobodyNotices()
    {
        DrillOptions.OnlyOn(store, its: "postgres");
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 2);
        await using var asker = new Asker(cluster.Client, DrillCatalogue.Twofold);

        await cluster.Store.KillAsync();
        await cluster.Store.StartAsync();
        await asker.MoreAsync(40);

        Assert.All(cluster.Nodes, n => Assert.False(n.HasExited, n.Output));
        await asker.FoundNothingWrongAsync();
    }

    private static async Task StopAsync(IReadOnlyList<Node> nodes)
    {
        foreach (var node in nodes)
        {
            node.Signal(Posix.Terminate);
        }

        foreach (var node in nodes)
        {
            long start = TimeProvider.System.GetTimestamp();
            await node.ExitedAsync();
            TestContext.Current.TestOutputHelper!.WriteLine($"{node.Name} ended {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s later");
            Assert.True(node.ExitCode == Stopped, node.Output);
        }
    }
}

/// <inheritdoc/>
[Collection(nameof(OnRedis))]
public sealed class StoreLossOnRedisTests() : StoreLossTests("redis");

/// <inheritdoc/>
[Collection(nameof(OnPostgres))]
public sealed class StoreLossOnPostgresTests() : StoreLossTests("postgres");
