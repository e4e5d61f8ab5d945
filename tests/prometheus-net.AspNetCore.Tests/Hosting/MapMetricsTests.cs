using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Prometheus.Tests.Hosting;

public class MapMetricsTests
{
    private const string PrometheusAccepts =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    public MapMetricsTests() => Metrics.WithCustomRegistry(_registry).CreateCounter("a_total", "help").Inc();

    [Theory]
    [InlineData(null, "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("*/*", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData(PrometheusAccepts, "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    [InlineData("text/plain, application/openmetrics-text;q=0.1", "text/plain; version=0.0.4; charset=utf-8")]
    public async Task MapMetrics_Accept_DecidesTheFormat(string? accept, string contentType)
    {
        using var response = await GetAsync(app => app.MapMetrics(registry: _registry), "/metrics", accept);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(contentType.StartsWith("application", StringComparison.Ordinal) ? "a_total 1.0\n" : "a_total 1\n", text, StringComparison.Ordinal);
        Assert.Equal(contentType.StartsWith("application", StringComparison.Ordinal), text.EndsWith("# EOF\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("application/openmetrics-text", "application/openmetrics-text")]
    [InlineData("text/plain", "text/plain")]
    [InlineData("what;", "text/plain")]
    public async Task MapMetrics_AcceptInTheQuery_GoesBeforeTheHeader(string query, string mediaType)
    {
        using var response = await GetAsync(
            app => app.MapMetrics(registry: _registry), $"/metrics?accept={Uri.EscapeDataString(query)}", PrometheusAccepts);
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task MapMetrics_OpenMetricsOff_AnswersText()
    {
        using var response = await GetAsync(
            app => app.MapMetrics(settings => (settings.Registry, settings.EnableOpenMetrics) = (_registry, false), "/m"),
            "/m",
            PrometheusAccepts);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task UseMetricServer_Path_ServesThereOnly()
    {
        using var there = await GetAsync(app => app.UseMetricServer("/metrics", _registry), "/metrics", null);
        using var elsewhere = await GetAsync(app => app.UseMetricServer("/metrics", _registry), "/other", null);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (there.StatusCode, elsewhere.StatusCode));
    }

    [Fact]
    public async Task MapMetrics_ScrapeFailed_Is503WithTheReason()
    {
        _registry.AddBeforeCollectCallback(() => throw new ScrapeFailedException("host is starting"));
        using var response = await GetAsync(app => app.MapMetrics(registry: _registry), "/metrics", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("host is starting", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<HttpResponseMessage> GetAsync(Action<WebApplication> map, string path, string? accept)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        await using var app = builder.Build();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = app.GetTestClient();
        if (accept is not null)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        }

        return await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
    }
}
