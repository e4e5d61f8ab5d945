using System.Text;

namespace Prometheus.Tests.Support;

internal static class Scrape
{
    public static async Task<string> TextAsync(
        CollectorRegistry registry, ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        using var stream = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(stream, format, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The samples only, without HELP and TYPE.</summary>
    public static async Task<string[]> SamplesAsync(CollectorRegistry registry) =>
        [.. (await TextAsync(registry)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
}
