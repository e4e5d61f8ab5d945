using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Drills;

/// <summary>What operators do to a cluster that is well: more hosts, and a new catalogue node by node.</summary>
[Collection(nameof(Alone))]
public sealed class ClusterLifeTests
{
    private const string New = "drugs";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>Whatever `replicas` says: it is what is kept warm, and no bound on who serves.</summary>
    [Fact(Timeout = 300_000)]
    public async Task HostsJoinOneUnderLoad_AllThreeTakeTheirShare()
    {
        const int Window = 300;
        const int Clients = 12;
        await using var cluster = await DrillCluster.StartReadyAsync("redis", hosts: 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        var book = new Dictionary<string, int>();
        var asking = Enumerable.Range(0, Clients).Select(i => Task.Run(() => AskAsync(cluster, $"{i}. Which court decides?", book, stop.Token))).ToArray();
        await Node.UntilAsync(() => Task.FromResult(Sum(book) > Window));
        Assert.Equal(["host-0"], book.Keys);

        Node[] joined = [await cluster.AddHostAsync(), await cluster.AddHostAsync()];
        await Task.WhenAll(joined.Select(h => h.ReadyAsync()));
        long start = TimeProvider.System.GetTimestamp();
        Dictionary<string, int> shares;
        do
        {
            lock (book)
            {
                book.Clear();
            }

            await Node.UntilAsync(() => Task.FromResult(Sum(book) > Window));
            lock (book)
            {
                shares = new(book);
            }
        }
        while (shares.Count < 3 || shares.Values.Min() < Window / 5);

        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(
            $"{TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after the last was ready, of {shares.Values.Sum()}: {string.Join(", ", shares.Select(s => $"{s.Key} {s.Value}"))}"));
        await stop.CancelAsync();
        await Task.WhenAll(asking);
    }

    /// <summary>New experts from the first host on that knows them; no old one is missed at any time.</summary>
    [Fact(Timeout = 300_000)]
    public async Task CatalogueRolledOutNodeByNode_NewExpertsAreServedAndOldOnesNeverMissed()
    {
        using var next = new TemporaryFolder();
        string prepared = await PrepareNextAsync(next);
        await using var cluster = await DrillCluster.StartReadyAsync(new DrillShape("redis", Hosts: 3) { Routers = 2 });
        await using var single = new Asker(cluster.Client, DrillCatalogue.Single);
        await using var twofold = new Asker(cluster.Client, DrillCatalogue.Twofold);
        Assert.Null(await cluster.Client.TryAskAsync(New, "Which dose?"));

        // A router that knows it before any host does has nobody to ask, and says so; the others' answers go on.
        await RollAsync(cluster.Clients[1].Router, prepared);
        await RollAsync(cluster.Hosts[1], prepared);

        var first = await ServedAsync(cluster);
        Assert.Equal("host-1", first.Plan.Host);

        await RollAsync(cluster.Hosts[0], prepared);
        await RollAsync(cluster.Hosts[2], prepared);
        await Node.UntilAsync(async () => (await ServedAsync(cluster)).Text == first.Text);
        await single.FoundNothingWrongAsync();
        await twofold.FoundNothingWrongAsync();
    }

    private static int Sum(Dictionary<string, int> book)
    {
        lock (book)
        {
            return book.Values.Sum();
        }
    }

    private static async Task AskAsync(DrillCluster cluster, string question, Dictionary<string, int> book, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var answer = await cluster.Client.AskAsync(Requests.Chat(DrillCatalogue.Single, question, 8));
            lock (book)
            {
                book[answer.Plan.Host] = book.GetValueOrDefault(answer.Plan.Host) + 1;
            }
        }
    }

    /// <summary>The drills' catalogue and one expert more.</summary>
    private static async Task<string> PrepareNextAsync(TemporaryFolder folder)
    {
        await DrillCatalogue.PathAsync();
        Adapters.Copy("medicine", folder[New], content: 1);
        string file = folder["experts.yaml"];
        string old = await File.ReadAllTextAsync(DrillCatalogue.File, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, $"{old.TrimEnd()}\n  - name: {New}\n    base: demo\n    adapter: {folder[New]}\n", TestContext.Current.CancellationToken);
        await DrillCatalogue.PrepareAsync(file, folder["prepared"], TestContext.Current.CancellationToken);
        return folder["prepared"];
    }

    /// <summary>Until the router has heard of a host that knows it, it says to try again.</summary>
    private static Task<Answer> ServedAsync(DrillCluster cluster) => Answers.AskAgainAsync(cluster.Clients[1].Completions, Requests.Chat(New, "Which dose?", 8));

    /// <summary>As a rolling update does: told to stop, and started with what is new.</summary>
    private static async Task RollAsync(Node node, string prepared)
    {
        await node.ReplaceAsync("PREPARED", prepared, Posix.Terminate);
        await node.ReadyAsync();
    }
}
