using System.Globalization;

namespace ExpertCluster.SystemTests.Support;

/// <summary>What processes say of themselves at this moment.</summary>
internal static class Gauges
{
    public const string InFlight = "expert_cluster_requests_in_flight";
    public const string Running = "vllm:num_requests_running";
    public const string Waiting = "vllm:num_requests_waiting";
    public const string Paused = "expert_cluster_sequences_paused";
    public const string CacheUsage = "vllm:kv_cache_usage_perc";

    /// <summary>The sum over a family's series, over all hosts.</summary>
    public static async Task<double> HostsAsync(TestCluster cluster, string name)
    {
        double sum = 0;
        foreach (var host in cluster.Hosts().Values)
        {
            sum += await ReadAsync(cluster, host, name);
        }

        return sum;
    }

    /// <summary>The sum over a family's series.</summary>
    public static async Task<double> ReadAsync(TestCluster cluster, NodeProcess node, string name)
    {
        string text = await cluster.Http.GetStringAsync(new Uri($"http://127.0.0.1:{node.HttpPort}/metrics"), TestContext.Current.CancellationToken);
        var samples = text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' ').ToList();
        Assert.NotEmpty(samples);
        return samples.Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Asks until it holds; the test's own time limit is the bound.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
