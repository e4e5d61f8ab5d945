using Prometheus.Tests.Support;

namespace Prometheus.Tests.Defaults;

public class DotNetStatsTests
{
    [Theory]
    [InlineData("process_cpu_seconds_total ")]
    [InlineData("process_working_set_bytes ")]
    [InlineData("process_num_threads ")]
    [InlineData("process_start_time_seconds ")]
    [InlineData("dotnet_total_memory_bytes ")]
    public async Task Register_Scraped_HasAPositiveValue(string prefix)
    {
        var registry = Metrics.NewCustomRegistry();
        DotNetStats.Register(registry);
        var sample = (await Scrape.SamplesAsync(registry)).Single(line => line.StartsWith(prefix, StringComparison.Ordinal));
        Assert.True(double.Parse(sample[prefix.Length..], System.Globalization.CultureInfo.InvariantCulture) > 0, sample);
    }

    [Fact]
    public async Task DefaultRegistry_FirstScrape_BringsTheProcessMetrics() =>
        Assert.Contains("process_cpu_seconds_total", await Scrape.TextAsync(Metrics.DefaultRegistry), StringComparison.Ordinal);

    [Fact]
    public async Task NewCustomRegistry_Scraped_IsEmpty() => Assert.Equal("", await Scrape.TextAsync(Metrics.NewCustomRegistry()));
}
