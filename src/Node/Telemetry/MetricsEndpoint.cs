using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Prometheus;

namespace ExpertCluster.Node.Telemetry;

/// <summary>
/// GET /metrics: the default registry, in the Prometheus text format, or in OpenMetrics for who prefers it. vLLM's names have
/// a colon (vllm:num_requests_running), which the library refuses to register: they are registered as vllm_... and told here.
/// </summary>
public static class MetricsEndpoint
{
    private const string Path = "/metrics";
    private const string OpenMetrics = "application/openmetrics-text";

    /// <summary>Up to the byte that becomes a colon.</summary>
    private static readonly byte[][] LineStarts = [[.. "vllm_"u8], [.. "# HELP vllm_"u8], [.. "# TYPE vllm_"u8], [.. "# UNIT vllm_"u8]];

    public static IEndpointConventionBuilder MapNodeMetrics(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, WriteAsync);

    /// <summary>
    /// Puts vLLM's colon into an exposition, in place: its names stand at the start of lines, and label values hold no line ends
    /// that are not escaped.
    /// </summary>
    internal static void RestoreColons(Span<byte> exposition)
    {
        while (!exposition.IsEmpty)
        {
            foreach (byte[] start in LineStarts)
            {
                if (exposition.StartsWith(start))
                {
                    exposition[start.Length - 1] = (byte)':';
                }
            }

            int end = exposition.IndexOf((byte)'\n');
            exposition = end < 0 ? [] : exposition[(end + 1)..];
        }
    }

    private static async Task WriteAsync(HttpContext http)
    {
        bool open = PrefersOpenMetrics(http.Request);
        using var buffer = new MemoryStream();
        try
        {
            await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(
                buffer, open ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, http.RequestAborted);
        }
        catch (ScrapeFailedException error)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsync(error.Message, http.RequestAborted);
            return;
        }

        var exposition = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        RestoreColons(exposition.Span);
        http.Response.ContentType = open
            ? PrometheusConstants.OpenMetricsContentTypeWithVersionAndEncoding.ToString()
            : PrometheusConstants.TextContentTypeWithVersionAndEncoding.ToString();
        http.Response.ContentLength = exposition.Length;
        await http.Response.BodyWriter.WriteAsync(exposition, http.RequestAborted);
    }

    /// <summary>Whether the first of the scraper's best liked types is OpenMetrics.</summary>
    private static bool PrefersOpenMetrics(HttpRequest request) =>
        request.GetTypedHeaders().Accept.OrderByDescending(type => type.Quality ?? 1).FirstOrDefault()
            ?.MediaType.Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase) == true;
}
