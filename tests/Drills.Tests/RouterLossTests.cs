using System.Net;
using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;

namespace ExpertCluster.Drills;

/// <summary>A router that dies, and one whose hosts are all gone.</summary>
public abstract class RouterLossTests(string store)
{
    private const string Question = """{"model":"auto","messages":[{"role":"user","content":"Who audits Lonfunr Ltd?"}],"max_tokens":8}""";

    [Fact(Timeout = 120_000)]
    public async Task Killed_StartedAgain_Serves()
    {
        DrillOptions.OnlyOn(store, its: "redis");
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 2);

        await cluster.Router.KillAsync();
        cluster.Router.Restart();
        long start = TimeProvider.System.GetTimestamp();
        await cluster.Router.ReadyAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"ready {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after its start");

        await cluster.Client.AskAsync(Requests.Chat(DrillCatalogue.Single, "Who decides?", 8));
    }

    [Fact(Timeout = 180_000)]
    public async Task AllHostsGone_IsNotReadyRefusesAtOnceAndRecovers()
    {
        DrillOptions.OnlyOn(store, its: "postgres");
        await using var cluster = await DrillCluster.StartReadyAsync(store, hosts: 2);
        foreach (var host in cluster.Hosts)
        {
            await host.KillAsync();
        }

        long start = TimeProvider.System.GetTimestamp();
        await Node.UntilAsync(async () => await cluster.Router.GetAsync("/health/ready") is { Status: 503 });
        TestContext.Current.TestOutputHelper!.WriteLine($"not ready {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after the last host's death");
        using var refusal = await cluster.Router.PostAsync("/v1/chat/completions", Question);
        string text = await refusal.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refusal.StatusCode);
        Assert.NotNull(refusal.Headers.RetryAfter);
        Assert.Contains("no expert host answers", text, StringComparison.Ordinal);
        Assert.Equal(200, (await cluster.Router.GetAsync("/health/live"))?.Status);

        foreach (var host in cluster.Hosts)
        {
            host.Restart();
        }

        await cluster.ReadyAsync();
        using var answer = await cluster.Router.PostAsync("/v1/chat/completions", Question);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}

/// <inheritdoc/>
[Collection(nameof(OnRedis))]
public sealed class RouterLossOnRedisTests() : RouterLossTests("redis");

/// <inheritdoc/>
[Collection(nameof(OnPostgres))]
public sealed class RouterLossOnPostgresTests() : RouterLossTests("postgres");
