using Prometheus.Tests.Support;

namespace Prometheus.Tests.Exposition;

public class TextFormatTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    private MetricFactory Factory => Metrics.WithCustomRegistry(_registry);

    [Fact]
    public async Task PrometheusText_AllKinds_IsAsWritten()
    {
        Factory.CreateHistogram("c_seconds", "Third", new HistogramConfiguration { Buckets = [1, 2.5], LabelNames = ["x"] })
            .WithLabels("y").Observe(2);
        Factory.CreateGauge("b", "Second").Set(-1.5);
        Factory.CreateCounter("a_total", "First", "k").WithLabels("v").Inc();
        Assert.Equal(
            """
            # HELP a_total First
            # TYPE a_total counter
            a_total{k="v"} 1
            # HELP b Second
            # TYPE b gauge
            b -1.5
            # HELP c_seconds Third
            # TYPE c_seconds histogram
            c_seconds_sum{x="y"} 2
            c_seconds_count{x="y"} 1
            c_seconds_bucket{x="y",le="1"} 0
            c_seconds_bucket{x="y",le="2.5"} 1
            c_seconds_bucket{x="y",le="+Inf"} 1

            """,
            await Scrape.TextAsync(_registry));
    }

    [Fact]
    public async Task OpenMetrics_AllKinds_IsAsWritten()
    {
        Factory.CreateHistogram("c_seconds", "Third", new HistogramConfiguration { Buckets = [1] }).Observe(2);
        Factory.CreateCounter("b", "Not a proper \"counter\"").Inc();
        Factory.CreateCounter("a_total", "First").Inc();
        Assert.Equal(
            """
            # HELP a First
            # TYPE a counter
            a_total 1.0
            # HELP b Not a proper \"counter\"
            # TYPE b unknown
            b 1.0
            # HELP c_seconds Third
            # TYPE c_seconds histogram
            c_seconds_sum 2.0
            c_seconds_count 1
            c_seconds_bucket{le="1.0"} 0
            c_seconds_bucket{le="+Inf"} 1
            # EOF

            """,
            await Scrape.TextAsync(_registry, ExpositionFormat.OpenMetricsText));
    }

    [Fact]
    public async Task Escaping_HelpAndLabels_FollowTheFormat()
    {
        Factory.CreateGauge("g", "a\\b\n\"c\"", "l").WithLabels("a\\b\n\"c\" मराठी 繁體").Set(1);
        Assert.Equal(
            "# HELP g a\\\\b\\n\"c\"\n# TYPE g gauge\ng{l=\"a\\\\b\\n\\\"c\\\" मराठी 繁體\"} 1\n",
            await Scrape.TextAsync(_registry));
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e300, "1e+300")]
    [InlineData(9007199254740991, "9007199254740991")]
    public async Task Value_Special_IsReadableByPrometheus(double value, string text)
    {
        Factory.CreateGauge("g", "help").Set(value);
        Assert.Equal([$"g {text}"], await Scrape.SamplesAsync(_registry));
    }

    [Fact]
    public async Task Order_CreatedAtRandom_IsOrdinal()
    {
        var gauge = Factory.CreateGauge("g", "help", "a", "b");
        foreach (var (a, b) in new[] { ("z", "a"), ("B", "z"), ("a", "c"), ("a", "b") })
        {
            gauge.WithLabels(a, b).Set(0);
        }

        Assert.Equal(
            ["g{a=\"B\",b=\"z\"} 0", "g{a=\"a\",b=\"b\"} 0", "g{a=\"a\",b=\"c\"} 0", "g{a=\"z\",b=\"a\"} 0"],
            await Scrape.SamplesAsync(_registry));
    }

    [Fact]
    public async Task Scrape_LongerThanTheBuffer_IsWhole()
    {
        var gauge = Factory.CreateGauge("g", "help", "l");
        for (var i = 0; i < 5_000; i++)
        {
            gauge.WithLabels($"{i:D5}").Set(i);
        }

        gauge.WithLabels(new string('x', 100_000)).Set(1);
        var samples = await Scrape.SamplesAsync(_registry);
        Assert.Equal(5_001, samples.Length);
        Assert.Equal("g{l=\"04999\"} 4999", samples[4_999]);
        Assert.Equal(100_000 + "g{l=\"\"} 1".Length, samples[5_000].Length);
    }

    [Fact]
    public async Task Scrape_TenThousandSeriesAgain_AllocatesNothingWorthACollection()
    {
        var gauge = Factory.CreateGauge("g", "help", "l");
        for (var i = 0; i < 10_000; i++)
        {
            gauge.WithLabels($"{i}").Set(i + 0.5);
        }

        for (var i = 0; i < 3; i++)
        {
            await _registry.CollectAndExportAsTextAsync(Stream.Null, TestContext.Current.CancellationToken);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        await _registry.CollectAndExportAsTextAsync(Stream.Null, TestContext.Current.CancellationToken);

        // A hundredth of the text: no series costs an object, and a scrape a second fills gen 0 once an hour.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_096);
    }
}
