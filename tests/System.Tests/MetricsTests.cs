using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>What Prometheus sees.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class MetricsTests(SharedCluster shared)
{
    [Fact]
    public async Task Metrics_RouterAndHosts_LintClean()
    {
        Tool.Require("promtool");
        await shared.Cluster.Client.AskAsync(Requests.Chat("auto", "Which court decides on the Kolar lease?"));
        foreach (var node in shared.Cluster.Hosts().Values.Append(shared.Cluster.Router()))
        {
            string text = await ReadAsync(node);

            // vLLM's names hold a colon, which promtool keeps for recording rules; they are theirs to choose, the rest is ours.
            string ours = string.Join('\n', text.Split('\n').Where(l => !l.Contains("vllm:", StringComparison.Ordinal)));
            Assert.Equal("", Tool.Run("promtool", ["check", "metrics"], RepositoryRoot.Path, ours + "\n"));
        }
    }

    [Fact]
    public async Task Metrics_AfterAnAnswer_CountItOnRouterAndHost()
    {
        await shared.Cluster.Client.AskAsync(Requests.Chat("law", "Which court decides on the Kolar lease?"));

        string router = await ReadAsync(shared.Cluster.Router());
        Assert.Contains("expert_cluster_requests_total{model=\"law\",status=\"OK\"}", router, StringComparison.Ordinal);
        Assert.Contains("expert_cluster_plans_total{mode=\"route\",scope=\"request\"}", router, StringComparison.Ordinal);
        Assert.Contains("vllm:time_to_first_token_seconds_count", router, StringComparison.Ordinal);
        var hosts = await Task.WhenAll(shared.Cluster.Hosts().Values.Select(h => ReadUntilAsync(h, "expert_cluster_expert_loaded{expert=\"law\"} 1")));
        Assert.Contains(hosts, text => text.Contains("expert_cluster_expert_tokens_total{expert=\"law\"}", StringComparison.Ordinal));
        Assert.All(hosts, text => Assert.Single(text.Split('\n'), l => l.StartsWith("vllm:lora_requests_info{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Metrics_ThousandModelNames_StayBounded()
    {
        foreach (int batch in Enumerable.Range(0, 12))
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
                Record.ExceptionAsync(() => shared.Cluster.Client.AskAsync(Requests.Chat($"made-up-{batch}-{i}", "a"))).AsTask()));
        }

        string text = await ReadAsync(shared.Cluster.Router());

        int names = text.Split('\n').Count(l => l.StartsWith("expert_cluster_requests_total{", StringComparison.Ordinal));
        Assert.InRange(names, 1, 40);
        Assert.Contains("model=\"unknown\"", text, StringComparison.Ordinal);
    }

    /// <summary>The cluster answers before the last replica is placed.</summary>
    private async Task<string> ReadUntilAsync(NodeProcess node, string sample)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            string text = await ReadAsync(node);
            if (text.Contains(sample, StringComparison.Ordinal))
            {
                return text;
            }

            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private Task<string> ReadAsync(NodeProcess node) =>
        shared.Cluster.Http.GetStringAsync(new Uri($"http://127.0.0.1:{node.HttpPort}/metrics"), TestContext.Current.CancellationToken);
}
