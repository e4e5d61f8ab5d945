using ExpertCluster.SystemTests.Support;

namespace ExpertCluster.SystemTests;

/// <summary>More hosts than the catalogue wants replicas: no plan depends on where experts happen to be.</summary>
public sealed class ManyHostsTests
{
    private const int Hosts = 5;
    private const int AtOnce = 100;

    [Fact(Timeout = 300_000)]
    public async Task Up_MoreHostsThanReplicas_ServesEveryPlanAtOnceAndAllHostsShare()
    {
        await using var cluster = await TestCluster.StartAsync("--hosts", $"{Hosts}");

        foreach (string model in (string[])["code", "demo", "finance", "general", "law", "medicine", "security", "auto"])
        {
            Assert.NotEmpty((await cluster.Client.AskAsync(Requests.Chat(model, "Who audits Lonfunr Ltd?", 4))).Plan.Host);
        }

        await Gauges.UntilAsync(() => Task.FromResult(cluster.Hosts().Count == Hosts));
        await Gauges.UntilAsync(async () => (await Task.WhenAll(Enumerable.Range(0, 20).Select(i => HostOfAsync(cluster, i, 4)))).Distinct().Count() == Hosts);
        string[] hosts = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => HostOfAsync(cluster, i, 64)));

        Assert.All(hosts.GroupBy(h => h), of => Assert.InRange(of.Count(), AtOnce / Hosts * 0.85, AtOnce / Hosts * 1.15));
    }

    private static async Task<string> HostOfAsync(TestCluster cluster, int number, int tokens)
    {
        var request = Requests.Chat("auto", $"{number}. Which court decides on the Kolar lease?", tokens);
        request.Sampling.IgnoreEos = true;
        return (await cluster.Client.AskAsync(request)).Plan.Host;
    }
}
