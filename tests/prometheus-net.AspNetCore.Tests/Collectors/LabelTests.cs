using Prometheus.Tests.Support;

namespace Prometheus.Tests.Collectors;

public class LabelTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly Counter _counter;

    public LabelTests() => _counter = Metrics.WithCustomRegistry(_registry).CreateCounter("a_total", "help", "expert", "base");

    [Fact]
    public void WithLabels_EachForm_FindsTheSameSeries()
    {
        string[] values = ["law", "demo"];
        var child = _counter.WithLabels("law", "demo");
        Assert.Same(child, _counter.WithLabels(values.AsSpan()));
        Assert.Same(child, _counter.WithLabels(values.AsMemory()));
        Assert.Same(child, _counter.Labels(values));
        Assert.NotSame(child, _counter.WithLabels("demo", "law"));
    }

    [Fact]
    public void WithLabels_CallerChangesItsArray_SeriesStays()
    {
        string[] values = ["law", "demo"];
        var child = _counter.WithLabels(values);
        values[0] = "finance";
        Assert.Same(child, _counter.WithLabels("law", "demo"));
        Assert.NotSame(child, _counter.WithLabels(values));
    }

    [Theory]
    [InlineData("one")]
    [InlineData("one", "two", "three")]
    [InlineData("one", null)]
    public void WithLabels_WrongNumberOrNull_Throws(params string?[] values) =>
        Assert.Throws<ArgumentException>(() => _counter.WithLabels(values!));

    [Fact]
    public void WithLabels_Known_AllocatesNothing()
    {
        string[] values = ["law", "demo"];
        _counter.WithLabels(values.AsSpan()).Inc();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _counter.WithLabels(values.AsSpan()).Inc();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Remove_EitherWay_TakesTheSeriesOut()
    {
        _counter.WithLabels("a", "x").Inc();
        var child = _counter.WithLabels("b", "x");
        _counter.WithLabels("c", "x").Inc();
        _counter.RemoveLabelled("a", "x");
        child.Remove();
        Assert.Equal([["c", "x"]], _counter.GetAllLabelValues());
        Assert.Equal(["a_total{expert=\"c\",base=\"x\"} 1"], await Scrape.SamplesAsync(_registry));
    }

    [Fact]
    public async Task Unpublish_ThenUpdate_HidesThenShows()
    {
        var child = _counter.WithLabels("a", "x");
        child.Unpublish();
        Assert.Empty(await Scrape.SamplesAsync(_registry));
        child.Inc();
        Assert.Single(await Scrape.SamplesAsync(_registry));
    }
}
