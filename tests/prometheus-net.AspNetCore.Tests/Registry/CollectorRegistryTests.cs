using Prometheus.Tests.Support;

namespace Prometheus.Tests.Registry;

public class CollectorRegistryTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    private MetricFactory Factory => Metrics.WithCustomRegistry(_registry);

    [Fact]
    public void Create_SameTwice_IsTheSameFamily() =>
        Assert.Same(Factory.CreateCounter("a_total", "help", "x"), Factory.CreateCounter("a_total", "other help", "x"));

    [Fact]
    public void Create_SameNameOtherType_Throws()
    {
        Factory.CreateCounter("a_total", "help");
        Assert.Throws<InvalidOperationException>(() => Factory.CreateGauge("a_total", "help"));
    }

    [Fact]
    public void Create_SameNameOtherLabels_Throws()
    {
        Factory.CreateCounter("a_total", "help", "x");
        Assert.Throws<InvalidOperationException>(() => Factory.CreateCounter("a_total", "help", "y"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("é")]
    public void Create_BadMetricName_Throws(string name) =>
        Assert.Throws<ArgumentException>(() => Factory.CreateGauge(name, "help"));

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("__reserved")]
    [InlineData("1")]
    public void Create_BadLabelName_Throws(string label) =>
        Assert.Throws<ArgumentException>(() => Factory.CreateGauge("g", "help", label));

    [Fact]
    public void Create_LabelTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => Factory.CreateGauge("g", "help", "a", "a"));

    [Fact]
    public void Create_NameWithColon_IsAccepted() =>
        Assert.Equal("vllm:num_requests_running", Factory.CreateGauge("vllm:num_requests_running", "help").Name);

    [Fact]
    public async Task SetStaticLabels_BeforeMetrics_AreOnEverySeries()
    {
        _registry.SetStaticLabels(new Dictionary<string, string> { ["host"] = "h1" });
        Factory.CreateGauge("a", "help").Set(1);
        Factory.CreateGauge("b", "help", "x").WithLabels("y").Set(2);
        Assert.Equal(["a{host=\"h1\"} 1", "b{x=\"y\",host=\"h1\"} 2"], await Scrape.SamplesAsync(_registry));
    }

    [Fact]
    public void SetStaticLabels_AfterMetrics_Throws()
    {
        Factory.CreateGauge("a", "help");
        Assert.Throws<InvalidOperationException>(
            () => _registry.SetStaticLabels(new Dictionary<string, string> { ["host"] = "h1" }));
    }

    [Fact]
    public async Task BeforeCollect_BothKinds_RunInOrderBeforeEachScrape()
    {
        var gauge = Factory.CreateGauge("g", "help");
        _registry.AddBeforeCollectCallback(() => gauge.Set(1));
        _registry.AddBeforeCollectCallback(async cancel =>
        {
            await Task.Yield();
            gauge.Inc();
        });
        Assert.Equal(["g 2"], await Scrape.SamplesAsync(_registry));
        Assert.Equal(["g 2"], await Scrape.SamplesAsync(_registry));
    }

    [Fact]
    public async Task Scrape_WhileSeriesAreAdded_MissesNoneAfterwards()
    {
        var gauge = Factory.CreateGauge("g", "help", "l");
        var adding = Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                gauge.WithLabels($"{i}").Set(1);
            }
        });
        while (!adding.IsCompleted)
        {
            await Scrape.SamplesAsync(_registry);
        }

        await adding;
        Assert.Equal(5_000, (await Scrape.SamplesAsync(_registry)).Length);
    }
}
