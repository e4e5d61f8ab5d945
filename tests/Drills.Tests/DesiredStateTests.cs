using System.Globalization;
using System.Net;
using System.Text.Json;
using ExpertCluster.Drills.Support;

namespace ExpertCluster.Drills;

/// <summary>What the admin API wants, while hosts die, the store goes away, and everything is started again.</summary>
public abstract class DesiredStateTests(string store)
{
    private static readonly Dictionary<string, string> ForAll = new() { ["ROUTER__ADMIN"] = "on" };

    [Fact(Timeout = 240_000)]
    public async Task TwoHostsDieInARow_NoChangeIsLostAndTheNextOneIsTaken()
    {
        DrillOptions.OnlyOn(store, its: "redis");
        await using var cluster = await StartReadyAsync(hosts: 3);
        await using var asker = new Asker(cluster.Client, DrillCatalogue.Twofold);
        Assert.Equal(1, await ScaleAsync(cluster, 1));

        // One of the three has the grain.
        cluster.Hosts[0].Signal(Posix.Kill);
        Assert.Equal(2, await ScaleAsync(cluster, 2));
        cluster.Hosts[1].Signal(Posix.Kill);
        Assert.Equal(3, await ScaleAsync(cluster, 3));

        Assert.Equal("3 2 1", string.Join(' ', await VersionsAsync(cluster)));
        await asker.MoreAsync(5);
        await asker.FoundNothingWrongAsync();
    }

    [Fact(Timeout = 240_000)]
    public async Task EverythingIsStartedAgain_TheStateIsThereAndADrainedHostStillDrains()
    {
        await using var cluster = await StartReadyAsync(hosts: 2);
        await ScaleAsync(cluster, 2);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(cluster, "/admin/hosts/host-0/drain?wait_seconds=60", "{}"));
        foreach (var node in cluster.Nodes)
        {
            await node.KillAsync();
        }

        foreach (var node in cluster.Nodes)
        {
            node.Restart();
        }

        foreach (var node in cluster.Nodes)
        {
            await node.ReadyAsync();
        }

        await Node.UntilAsync(async () => string.Join(' ', await VersionsAsync(cluster)) == "2 1");
        await Node.UntilAsync(async () => await IsDrainingAsync(cluster, "host-0"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(cluster, "/admin/hosts/host-0/resume?wait_seconds=60", "{}"));
        Assert.False(await IsDrainingAsync(cluster, "host-0"));
    }

    [Fact(Timeout = 240_000)]
    public async Task StoreGoesAway_ChangesAreRefusedAndServingGoesOnUntilItIsBack()
    {
        DrillOptions.OnlyOn(store, its: "postgres");
        await using var cluster = await StartReadyAsync(hosts: 2);
        await using var asker = new Asker(cluster.Client, DrillCatalogue.Twofold);
        await ScaleAsync(cluster, 1);

        await cluster.Store.KillAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(cluster, "/admin/experts/law/scale", """{"replicas": 2}"""));
        Assert.Equal(200, (await cluster.Router.GetAsync("/admin/experts"))?.Status);
        await cluster.Store.StartAsync();

        Assert.Equal(2, await ScaleAsync(cluster, 2));
        await asker.MoreAsync(5);
        await asker.FoundNothingWrongAsync();
    }

    private async Task<DrillCluster> StartReadyAsync(int hosts)
    {
        var cluster = await DrillCluster.StartAsync(store, hosts, more: ForAll);
        await cluster.ReadyAsync();
        return cluster;
    }

    /// <summary>Tries until it is taken: a host that died with the grain is missed for a moment.</summary>
    private static async Task<long> ScaleAsync(DrillCluster cluster, int replicas)
    {
        long version = 0;
        await Node.UntilAsync(async () =>
        {
            string body = string.Create(CultureInfo.InvariantCulture, $$"""{"replicas": {{replicas}}}""");
            using var answer = await cluster.Router.PostAsync("/admin/experts/law/scale", body);
            version = answer.IsSuccessStatusCode ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("version").GetInt64() : 0;
            return version > 0;
        });
        return version;
    }

    private static async Task<HttpStatusCode> PostAsync(DrillCluster cluster, string path, string body)
    {
        using var answer = await cluster.Router.PostAsync(path, body);
        return answer.StatusCode;
    }

    /// <summary>Of the changes, the newest first.</summary>
    private static async Task<long[]> VersionsAsync(DrillCluster cluster)
    {
        using var changes = JsonDocument.Parse((await cluster.Router.GetAsync("/admin/changes"))!.Value.Text);
        return [.. changes.RootElement.GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("version").GetInt64())];
    }

    private static async Task<bool> IsDrainingAsync(DrillCluster cluster, string host)
    {
        using var hosts = JsonDocument.Parse((await cluster.Router.GetAsync("/admin/hosts"))!.Value.Text);
        return hosts.RootElement.GetProperty("hosts").EnumerateArray().Any(h => h.GetProperty("name").GetString() == host && h.GetProperty("draining").GetBoolean());
    }
}

/// <inheritdoc/>
[Collection(nameof(OnRedis))]
public sealed class DesiredStateOnRedisTests() : DesiredStateTests("redis");

/// <inheritdoc/>
[Collection(nameof(OnPostgres))]
public sealed class DesiredStateOnPostgresTests() : DesiredStateTests("postgres");
