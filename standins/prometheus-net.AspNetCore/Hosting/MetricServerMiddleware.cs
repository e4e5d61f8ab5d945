using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Prometheus;

/// <summary>Answers every request that reaches it with the metrics, in the format that the client accepts.</summary>
public sealed class MetricServerMiddleware
{
    private readonly CollectorRegistry _registry;
    private readonly bool _openMetrics;

    /// <summary>Creates it. <paramref name="next"/> is never called: the branch ends here.</summary>
    public MetricServerMiddleware(RequestDelegate next, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _registry = settings.Registry ?? Metrics.DefaultRegistry;
        _openMetrics = settings.EnableOpenMetrics;
    }

    /// <summary>Serves one scrape. 503 when a before-collect callback throws <see cref="ScrapeFailedException"/>.</summary>
    public async Task Invoke(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var response = context.Response;
        var format = _openMetrics ? Negotiate(context.Request) : ExpositionFormat.PrometheusText;
        response.ContentType = format == ExpositionFormat.OpenMetricsText
            ? PrometheusConstants.OpenMetricsContentTypeWithVersionAndEncoding
            : PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        try
        {
            await _registry.CollectAndExportAsTextAsync(response.Body, format, context.RequestAborted);
        }
        catch (ScrapeFailedException failure) when (!response.HasStarted)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync(failure.Message, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The scraper hung up: nobody is left to answer.
        }
    }

    private static ExpositionFormat Negotiate(HttpRequest request)
    {
        // ?accept=... is for browsers, which can't set the header.
        var wanted = request.Query["accept"] is { Count: > 0 } query
            ? MediaTypeHeaderValue.TryParseList([.. query.OfType<string>()], out var parsed) ? parsed : []
            : request.GetTypedHeaders().Accept;
        foreach (var accepted in wanted.OrderByDescending(type => type.Quality ?? 1))
        {
            if (accepted.MediaType.Equals(PrometheusConstants.OpenMetricsContentType, StringComparison.OrdinalIgnoreCase))
            {
                return ExpositionFormat.OpenMetricsText;
            }

            if (accepted.MediaType.Equals(PrometheusConstants.TextContentType, StringComparison.OrdinalIgnoreCase))
            {
                break;
            }
        }

        return ExpositionFormat.PrometheusText;
    }

    /// <summary>What is served, and how.</summary>
    public sealed class Settings
    {
        /// <summary>Registry to serve. Default: <see cref="Metrics.DefaultRegistry"/>.</summary>
        public CollectorRegistry? Registry { get; set; }

        /// <summary>Serves OpenMetrics to clients that prefer it. Default: true.</summary>
        public bool EnableOpenMetrics { get; set; } = true;
    }
}
