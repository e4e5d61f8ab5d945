using ExpertCluster.Drills.Stores;
using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;

namespace ExpertCluster.Drills.Starts;

/// <summary>
/// Clusters that start again and again: drawn hosts, order, moments and catalogues. From the first ready host on every expert is answered by name, and
/// `auto`, and nobody is refused, while the others come; once they are there, they share alike.
/// </summary>
[Collection(nameof(Alone))]
public sealed class StartsTests
{
    private const int MostHosts = 8;
    private const int MostExperts = 200;
    private const int AtOnce = 400;
    private const double Share = 0.15;
    private const int LongCatalogues = 12;

    /// <summary>For every expert, from the first ready host on. A short form on a machine with other work tells the time; the long one holds it to this.</summary>
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(5);

    private static readonly int[] ShortHosts = [1, 2, 4, 5];
    private static readonly int[] ShortSizes = [1, 30, MostExperts];

    private readonly Random _draw = new(DrillOptions.Seed);

    [DrawnFact]
    public async Task AnyHosts_InAnyOrder_EveryExpertIsAnsweredFromTheFirstReadyHostOn()
    {
        bool isShort = DrillOptions.Starts == 0;
        int[] hosts = isShort ? [.. ShortHosts] : [.. Enumerable.Range(0, DrillOptions.Starts).Select(_ => _draw.Next(1, MostHosts + 1))];
        int[] sizes = isShort ? ShortSizes : [.. ShortSizes, .. Enumerable.Range(ShortSizes.Length, LongCatalogues).Select(_ => _draw.Next(1, MostExperts + 1))];
        Tell($"seed {DrillOptions.Seed}");
        _draw.Shuffle(hosts);
        List<DrawnCatalogue> catalogues = [];
        await using var network = await Network.CreateAsync();
        await using var store = new RedisServer(await network.AddAsync());
        try
        {
            foreach (int size in sizes)
            {
                catalogues.Add(await DrawnCatalogue.PrepareAsync(_draw, size));
            }

            List<Machine> machines = [];
            for (int i = 0; i <= MostHosts; i++)
            {
                machines.Add(await network.AddAsync());
            }

            await store.StartAsync();
            for (int i = 0; i < hosts.Length; i++)
            {
                await StartAsync(machines, store, catalogues[i % catalogues.Count], hosts[i], isShort);
                await store.EmptyAsync();
            }
        }
        finally
        {
            catalogues.ForEach(c => c.Dispose());
        }
    }

    private async Task StartAsync(IReadOnlyList<Machine> machines, IStore store, DrawnCatalogue catalogue, int hosts, bool isShort)
    {
        await using var cluster = new StartedCluster(machines, store, catalogue, hosts, _draw);
        string what = $"{hosts} hosts ({cluster.Order}), {catalogue.Names.Count} experts";
        try
        {
            long ready = await cluster.ServesAsync();
            string[] models = [.. catalogue.Names, "auto"];
            await cluster.AskAsync(models);
            var took = TimeProvider.System.GetElapsedTime(ready);
            Tell(FormattableString.Invariant($"{what}: all answered {took.TotalSeconds:0.0} s after the first host was ready"));
            Assert.True(isShort || took < Goal, what);

            await cluster.AllReadyAsync();
            await cluster.AskAsync(models);
            await ShareAsync(cluster, hosts);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidOperationException($"seed {DrillOptions.Seed}, {what}: {error.Message}", error);
        }
    }

    /// <summary>Of many requests at once each host has its part.</summary>
    private static async Task ShareAsync(StartedCluster cluster, int hosts)
    {
        if (hosts > 1)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i =>
            {
                var request = Requests.Chat("auto", $"{i}. Who audits Lonfunr Ltd?", 32);
                request.Sampling.IgnoreEos = true;
                return cluster.Client.Completions.AskAsync(request);
            }));
            int[] shares = [.. answers.GroupBy(a => a.Plan.Host).Select(g => g.Count())];
            double even = (double)AtOnce / hosts;
            Assert.True(shares.Length == hosts && Array.TrueForAll(shares, s => Math.Abs(s - even) <= even * Share), $"of {AtOnce} at once the hosts had {string.Join(", ", shares)}");
        }
    }

    private static void Tell(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);
}
