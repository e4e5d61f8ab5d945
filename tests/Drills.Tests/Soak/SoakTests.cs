using ExpertCluster.Drills.Support;

namespace ExpertCluster.Drills.Soak;

/// <summary>Two routers, three hosts and a keeper, under clients that stream all the while, and everything that happens to a cluster in its life.</summary>
[Collection(nameof(Alone))]
public sealed class SoakTests
{
    private const int Clients = 4;

    /// <summary>Until hosts have let go what a change took from them; reports and orders come every second.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    [DrawnFact]
    public async Task KillsJoinsAppliesRemovesAndPromotions_NoStreamIsLostAndNothingGrows()
    {
        var draw = new Random(DrillOptions.Seed);
        Tell($"seed {DrillOptions.Seed}");
        using var catalogue = new LivingCatalogue();
        await using var cluster = await DrillCluster.StartAsync(
            new DrillShape(DrillOptions.Seed % 2 == 0 ? "redis" : "postgres", Hosts: 3) { Routers = 2, Kept = catalogue.Path, Settings = new Dictionary<string, string> { ["ROUTER__ADMIN"] = "on" } });
        await Task.WhenAll(cluster.Nodes.Select(n => n.ReadyAsync()));
        var (book, report) = (new SoakBook(), new SoakReport());
        var changes = new SoakChanges(cluster.Clients, book, draw);
        foreach (string expert in LivingCatalogue.Experts)
        {
            await changes.SettleAsync(expert);
        }

        var steps = new SoakSteps(cluster, catalogue, changes, book, draw);
        await using var growth = new Growth([.. cluster.Clients.Select(c => c.Router), cluster.Hosts[0]]);
        using (var stop = new CancellationTokenSource())
        {
            Task[] streaming = [.. Enumerable.Range(0, Clients).Select(i =>
            {
                var client = new SoakClient(new Random(DrillOptions.Seed + i + 1), cluster.Clients, book, report);
                return Task.Run(() => client.RunAsync(stop.Token));
            })];
            try
            {
                await LiveAsync(steps, report, draw);
            }
            finally
            {
                await stop.CancelAsync();
                await Task.WhenAll(streaming);
                Tell($"{report}");
            }
        }

        Assert.True(report.Failures.Count == 0, $"seed {DrillOptions.Seed}:\n{string.Join('\n', report.Failures)}");
        await changes.AllAreKeptAsync();
        bool isShort = DrillOptions.SoakMinutes == 0;
        Assert.Empty(await growth.WrongAsync(warm: isShort ? 0.5 : 0.25, allowed: isShort ? (0.5, 64) : (0.2, 32)));
    }

    /// <summary>The whole deck, and again until the time is up.</summary>
    private static async Task LiveAsync(SoakSteps steps, SoakReport report, Random draw)
    {
        long start = TimeProvider.System.GetTimestamp();
        do
        {
            var deck = steps.Deck.ToArray();
            draw.Shuffle(deck);
            foreach (var (name, doAsync) in deck)
            {
                Tell(FormattableString.Invariant($"{TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s: {name}"));
                await doAsync();
                await steps.ReviveAsync();
                await HoldsAsync(steps);
                if (report.Failures.Count > 0)
                {
                    return;
                }
            }
        }
        while (TimeProvider.System.GetElapsedTime(start).TotalMinutes < DrillOptions.SoakMinutes);
    }

    private static async Task HoldsAsync(SoakSteps steps)
    {
        long start = TimeProvider.System.GetTimestamp();
        string? stranger = null;
        await Node.UntilAsync(async () => (stranger = await steps.StrangerAsync()) is null || TimeProvider.System.GetElapsedTime(start) > Grace);
        Assert.Null(stranger);
    }

    private static void Tell(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);
}
