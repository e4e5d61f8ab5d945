using System.Text.RegularExpressions;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>What Prometheus sees.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed partial class MetricsTests(SharedCluster shared)
{
    [Fact]
    public async Task Metrics_RouterAndHostsUnderLoad_HaveEveryDocumentedFamilyAndLintClean()
    {
        Tool.Require("promtool");
        var documented = DocumentedFamilies();
        Assert.True(documented.Count > 30);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = Enumerable.Range(0, 8).Select(i => LoadAsync((ulong)i, stop.Token)).ToList();
        await shared.Cluster.Client.AskAsync(Requests.Chat("auto", "Which court decides on the Kolar lease?"));
        await Record.ExceptionAsync(() => shared.Cluster.Client.AskAsync(Requests.Chat("made-up", "a")));
        foreach (var node in shared.Cluster.Hosts().Values.Append(shared.Cluster.Router()))
        {
            string text = await ReadAsync(node);
            string on = node.Name == "router" ? "router" : "host";
            Assert.All(documented.Where(f => f.On == "both" || f.On == on), f => Assert.Contains($"# TYPE {f.Name} {f.Type}\n", text, StringComparison.Ordinal));

            // vLLM's names hold a colon, which promtool keeps for recording rules; they are theirs to choose. It has nothing else to say.
            var (_, output, errors) = await Tool.TryAsync("promtool", ["check", "metrics"], RepositoryRoot.Path, text, TestContext.Current.CancellationToken);
            Assert.All(
                (output + errors).Split('\n', StringSplitOptions.RemoveEmptyEntries),
                remark => Assert.True(remark.StartsWith("vllm:", StringComparison.Ordinal) && remark.EndsWith("metric names should not contain ':'", StringComparison.Ordinal), remark));
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(load), error => Assert.Equal(StatusCode.Cancelled, Assert.IsType<RpcException>(error).StatusCode));
    }

    [Fact]
    public async Task Metrics_ScraperPrefersOpenMetrics_GetsItWithTheSameNames()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{shared.Cluster.Router().HttpPort}/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1");

        using var answer = await shared.Cluster.Http.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("# TYPE vllm:num_requests_running gauge\n", text, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_AfterAnAnswer_CountItOnRouterAndHost()
    {
        await shared.Cluster.Client.AskAsync(Requests.Chat("law", "Which court decides on the Kolar lease?"));

        string router = await ReadAsync(shared.Cluster.Router());
        Assert.Contains("expert_cluster_requests_total{model=\"law\",status=\"OK\"}", router, StringComparison.Ordinal);
        Assert.Contains("expert_cluster_plans_total{mode=\"route\",scope=\"request\"}", router, StringComparison.Ordinal);
        Assert.Contains("vllm:time_to_first_token_seconds_count", router, StringComparison.Ordinal);
        string[] hosts = await Task.WhenAll(shared.Cluster.Hosts().Values.Select(h => ReadUntilAsync(h, "expert_cluster_expert_loaded{expert=\"law\"} 1")));
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

    /// <summary>Asks one answer after the other until it is told to stop; how the last one ended.</summary>
    private async Task<Exception> LoadAsync(ulong seed, CancellationToken stopped)
    {
        while (true)
        {
            using var call = shared.Cluster.Client.Complete(Requests.Endless(seed), cancellationToken: stopped);
            try
            {
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                }
            }
            catch (RpcException error)
            {
                return error;
            }
        }
    }

    /// <summary>The table of docs/operations.md; what needs TLS is not exported here.</summary>
    private static List<(string Name, string Type, string On)> DocumentedFamilies() =>
    [
        .. Row().Matches(RepositoryRoot.Read("docs", "operations.md")).Select(row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value)),
    ];

    [GeneratedRegex(@"^\| `([a-z_:0-9]+)` \| (counter|gauge|histogram) \|[^|]*\| (router|host|both) \|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Row();

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
