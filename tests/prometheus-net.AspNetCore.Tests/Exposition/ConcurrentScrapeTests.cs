using System.Globalization;
using Prometheus.Tests.Support;

namespace Prometheus.Tests.Exposition;

/// <summary>Scrapes while every kind of metric is written from several threads, and series come and go.</summary>
public class ConcurrentScrapeTests
{
    private const int Writers = 4;
    private const int Writes = 20_000;

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    [Theory]
    [InlineData(ExpositionFormat.PrometheusText)]
    [InlineData(ExpositionFormat.OpenMetricsText)]
    public async Task Scrape_WhileAllKindsAreWritten_IsWellFormedAndOnlyGrows(ExpositionFormat format)
    {
        var factory = Metrics.WithCustomRegistry(_registry);
        var counter = factory.CreateCounter("tokens_total", "help", "writer");
        var gauge = factory.CreateGauge("depth", "help", "writer", "turn");
        var histogram = factory.CreateHistogram("seconds", "help", new HistogramConfiguration { Buckets = [0.5, 1], LabelNames = ["writer"] });
        using var ready = new Barrier(Writers + 1);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() => Write(w))));
        Dictionary<string, double> last = [];
        ready.SignalAndWait(TestContext.Current.CancellationToken);
        do
        {
            Check(Parse(await Scrape.TextAsync(_registry, format)), last);
        }
        while (!writing.IsCompleted);
        await writing;

        var end = Parse(await Scrape.TextAsync(_registry, format));
        Check(end, last);
        for (var w = 0; w < Writers; w++)
        {
            Assert.Equal(Writes, end[$"tokens_total{{writer=\"{w}\"}}"]);
            Assert.Equal(Writes, end[$"seconds_count{{writer=\"{w}\"}}"]);
        }

        void Write(int w)
        {
            var writer = w.ToString(CultureInfo.InvariantCulture);
            ready.SignalAndWait();
            for (var i = 0; i < Writes; i++)
            {
                counter.WithLabels(writer).Inc();
                histogram.WithLabels(writer).Observe(i % 3 * 0.7);
                var turn = (i % 50).ToString(CultureInfo.InvariantCulture);
                gauge.WithLabels(writer, turn).Set(i);
                if (i % 7 == 0)
                {
                    gauge.RemoveLabelled(writer, turn);
                }
            }
        }
    }

    private static void Check(Dictionary<string, double> scrape, Dictionary<string, double> last)
    {
        foreach (var (series, value) in scrape.Where(s => !s.Key.StartsWith("depth", StringComparison.Ordinal)))
        {
            Assert.True(value >= last.GetValueOrDefault(series), $"{series} fell from {last.GetValueOrDefault(series)} to {value}");
            last[series] = value;
        }

        foreach (var (series, count) in scrape.Where(s => s.Key.StartsWith("seconds_count", StringComparison.Ordinal)))
        {
            var labels = series["seconds_count{".Length..^1];
            double[] buckets = [.. scrape.Where(s => s.Key.StartsWith($"seconds_bucket{{{labels},", StringComparison.Ordinal)).Select(s => s.Value)];
            Assert.Equal([.. buckets.Order()], buckets);
            Assert.Equal(count, buckets[^1]);
        }
    }

    private static Dictionary<string, double> Parse(string text)
    {
        Dictionary<string, double> samples = [];
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            var space = line.LastIndexOf(' ');
            samples.Add(line[..space], double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture));
        }

        return samples;
    }
}
