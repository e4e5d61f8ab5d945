using BenchmarkDotNet.Attributes;
using Prometheus;

namespace ExpertCluster.Bench.Micro;

/// <summary>Once every few seconds. Budget: 20 ms for 10,000 series.</summary>
public class ScrapeBenchmarks
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    [GlobalSetup]
    public void Setup()
    {
        var factory = Metrics.WithCustomRegistry(_registry);
        var counter = factory.CreateCounter("expert_cluster_tokens_total", "Tokens.", "expert", "status");
        var seconds = factory.CreateHistogram(
            "expert_cluster_seconds",
            "Seconds.",
            new HistogramConfiguration { LabelNames = ["expert"], Buckets = Histogram.ExponentialBuckets(0.001, 2, 17) });

        // 5,000 counters, and 250 histograms of 20 series each.
        for (int i = 0; i < 5000; i++)
        {
            counter.WithLabels($"expert-{i / 2}", i % 2 == 0 ? "OK" : "Unavailable").Inc(i * 1.7);
        }

        for (int i = 0; i < 250; i++)
        {
            seconds.WithLabels($"expert-{i}").Observe(i * 0.0137);
        }
    }

    [Benchmark]
    public Task TenThousandSeries() => _registry.CollectAndExportAsTextAsync(Stream.Null);
}
