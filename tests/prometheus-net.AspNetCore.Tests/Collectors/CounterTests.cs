using Prometheus.Tests.Support;

namespace Prometheus.Tests.Collectors;

public class CounterTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    private MetricFactory Factory => Metrics.WithCustomRegistry(_registry);

    [Fact]
    public void Inc_Repeated_AddsUp()
    {
        var counter = Factory.CreateCounter("a_total", "help");
        counter.Inc();
        counter.Inc(2.5);
        Assert.Equal(3.5, counter.Value);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Inc_NegativeOrNaN_Throws(double increment)
    {
        var counter = Factory.CreateCounter("a_total", "help");
        Assert.Throws<ArgumentOutOfRangeException>(() => counter.Inc(increment));
        Assert.Equal(0, counter.Value);
    }

    [Fact]
    public void IncTo_BelowAndAbove_OnlyRises()
    {
        var counter = Factory.CreateCounter("a_total", "help");
        counter.IncTo(5);
        counter.IncTo(3);
        Assert.Equal(5, counter.Value);
    }

    [Fact]
    public async Task Inc_ManyThreads_LosesNothing()
    {
        var counter = Factory.CreateCounter("a_total", "help", "who");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                counter.WithLabels("x").Inc(0.5);
            }
        })));
        Assert.Equal(80_000, counter.WithLabels("x").Value);
    }

    [Fact]
    public async Task Unlabelled_Untouched_IsExposedAsZero()
    {
        Factory.CreateCounter("a_total", "help");
        Assert.Equal(["a_total 0"], await Scrape.SamplesAsync(_registry));
    }

    [Fact]
    public async Task SuppressInitialValue_Untouched_IsHiddenUntilFirstUpdate()
    {
        var counter = Factory.CreateCounter(
            "a_total", "help", new CounterConfiguration { SuppressInitialValue = true, LabelNames = ["k"] });
        var child = counter.WithLabels("v");
        Assert.Empty(await Scrape.SamplesAsync(_registry));
        child.Inc();
        Assert.Equal(["a_total{k=\"v\"} 1"], await Scrape.SamplesAsync(_registry));
    }

    [Fact]
    public void Inc_FamilyWithLabels_SaysToUseWithLabels()
    {
        var counter = Factory.CreateCounter("a_total", "help", "expert");
        var thrown = Assert.Throws<InvalidOperationException>(() => counter.Inc());
        Assert.Contains("a_total", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("expert", thrown.Message, StringComparison.Ordinal);
    }
}
