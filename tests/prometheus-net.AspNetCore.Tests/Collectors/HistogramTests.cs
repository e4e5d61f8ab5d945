using Prometheus.Tests.Support;

namespace Prometheus.Tests.Collectors;

public class HistogramTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    [Fact]
    public async Task Observe_OnAndBetweenBounds_FallsInTheBucketAtOrAbove()
    {
        var histogram = Create([1, 2.5]);
        foreach (var value in (double[])[-1, 1, 1.5, 2.5, 100])
        {
            histogram.Observe(value);
        }

        Assert.Equal(
            ["h_sum 104", "h_count 5", "h_bucket{le=\"1\"} 2", "h_bucket{le=\"2.5\"} 4", "h_bucket{le=\"+Inf\"} 5"],
            await Scrape.SamplesAsync(_registry));
    }

    [Fact]
    public void Observe_WithCount_CountsThatOften()
    {
        var histogram = Create([1]);
        histogram.Observe(2, 3);
        Assert.Equal((3L, 6.0), (histogram.Count, histogram.Sum));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Observe(1, -1));
    }

    [Fact]
    public void Observe_NaN_IsIgnored()
    {
        var histogram = Create([1]);
        histogram.Observe(double.NaN);
        Assert.Equal((0L, 0.0), (histogram.Count, histogram.Sum));
    }

    [Fact]
    public void Create_BoundsNotAscending_NamesTheBucket()
    {
        var thrown = Assert.Throws<ArgumentException>(() => Create([1, 1]));
        Assert.Contains("bucket 1", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_LabelLe_Throws() => Assert.Throws<ArgumentException>(
        () => Metrics.WithCustomRegistry(_registry).CreateHistogram("h", "help", "le"));

    [Fact]
    public void Buckets_Generated_FollowTheirRule()
    {
        Assert.Equal([1, 2, 4, 8], Histogram.ExponentialBuckets(1, 2, 4));
        Assert.Equal([-1, 0, 1], Histogram.LinearBuckets(-1, 1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Histogram.ExponentialBuckets(0, 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Histogram.LinearBuckets(0, 0, 3));
    }

    [Fact]
    public async Task Scrape_WhileObserving_CountEqualsTheInfinityBucketAndNeverFalls()
    {
        var histogram = Create([1, 2, 3]);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            for (var i = seed; !stop.IsCancellationRequested; i++)
            {
                histogram.Observe(i % 5);
            }
        })).ToArray();

        var last = 0.0;
        for (var i = 0; i < 200; i++)
        {
            var samples = await Scrape.SamplesAsync(_registry);
            var infinity = Value(samples.Single(line => line.StartsWith("h_bucket{le=\"+Inf\"}", StringComparison.Ordinal)));
            var count = Value(samples.Single(line => line.StartsWith("h_count", StringComparison.Ordinal)));
            Assert.Equal(infinity, count);
            Assert.True(count >= last);
            last = count;
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.Equal(histogram.Count, Value((await Scrape.SamplesAsync(_registry))[^1]));
    }

    private static double Value(string sample) =>
        double.Parse(sample[(sample.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    private Histogram Create(double[] buckets) => Metrics.WithCustomRegistry(_registry)
        .CreateHistogram("h", "help", new HistogramConfiguration { Buckets = buckets });
}
