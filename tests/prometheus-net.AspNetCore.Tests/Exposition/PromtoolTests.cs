using Prometheus.Tests.Support;

namespace Prometheus.Tests.Exposition;

public class PromtoolTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    [Fact]
    public async Task CheckMetrics_EveryKindAndTheDefaults_IsClean()
    {
        var factory = Metrics.WithCustomRegistry(_registry);
        DotNetStats.Register(_registry);
        factory.CreateCounter("expert_cluster_tokens_total", "Tokens \"given\"\nby \\ expert.", "expert")
            .WithLabels("la\"w\\\n").Inc(1e20);
        factory.CreateGauge("expert_cluster_queue_depth", "Waiting.").Set(double.NaN);
        factory.CreateHistogram("expert_cluster_step_seconds", "Steps.", ["base"], new HistogramConfiguration
        {
            Buckets = Histogram.ExponentialBuckets(0.001, 2, 12),
        }).WithLabels("demo").Observe(0.02);

        var (code, output) = await Promtool.CheckMetricsAsync(await Scrape.TextAsync(_registry));
        Assert.Equal((0, ""), (code, output));
    }

    [Fact]
    public async Task CheckMetrics_CounterWithoutTotal_IsFound()
    {
        Metrics.WithCustomRegistry(_registry).CreateCounter("wrong", "Shows that the linter is heard.");
        var (code, output) = await Promtool.CheckMetricsAsync(await Scrape.TextAsync(_registry));
        Assert.NotEqual(0, code);
        Assert.Contains("_total", output, StringComparison.Ordinal);
    }
}
