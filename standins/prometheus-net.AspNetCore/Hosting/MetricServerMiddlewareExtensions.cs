using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Prometheus;

/// <summary>Puts the metrics on a path of an ASP.NET Core application.</summary>
public static class MetricServerMiddlewareExtensions
{
    /// <summary>Serves metrics as an endpoint.</summary>
    public static IEndpointConventionBuilder MapMetrics(
        this IEndpointRouteBuilder endpoints, Action<MetricServerMiddleware.Settings> configure, string pattern = "/metrics")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(configure);
        var settings = new MetricServerMiddleware.Settings();
        configure(settings);
        var pipeline = endpoints.CreateApplicationBuilder().UseMiddleware<MetricServerMiddleware>(settings).Build();
        return endpoints.Map(pattern, pipeline).WithDisplayName("Prometheus metrics");
    }

    /// <inheritdoc cref="MapMetrics(IEndpointRouteBuilder, Action{MetricServerMiddleware.Settings}, string)"/>
    public static IEndpointConventionBuilder MapMetrics(
        this IEndpointRouteBuilder endpoints, string pattern = "/metrics", CollectorRegistry? registry = null) =>
        endpoints.MapMetrics(settings => settings.Registry = registry, pattern);

    /// <summary>Serves metrics below <paramref name="url"/> on every port.</summary>
    public static IApplicationBuilder UseMetricServer(
        this IApplicationBuilder builder, Action<MetricServerMiddleware.Settings> configure, string url = "/metrics")
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var settings = new MetricServerMiddleware.Settings();
        configure(settings);
        return builder.Map(url, branch => branch.UseMiddleware<MetricServerMiddleware>(settings));
    }

    /// <inheritdoc cref="UseMetricServer(IApplicationBuilder, Action{MetricServerMiddleware.Settings}, string)"/>
    public static IApplicationBuilder UseMetricServer(
        this IApplicationBuilder builder, string url = "/metrics", CollectorRegistry? registry = null) =>
        builder.UseMetricServer(settings => settings.Registry = registry, url);

    /// <summary>Serves metrics below <paramref name="url"/> on one local port only.</summary>
    public static IApplicationBuilder UseMetricServer(
        this IApplicationBuilder builder, int port, Action<MetricServerMiddleware.Settings> configure, string url = "/metrics")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.MapWhen(
            context => context.Connection.LocalPort == port, branch => branch.UseMetricServer(configure, url));
    }

    /// <inheritdoc cref="UseMetricServer(IApplicationBuilder, int, Action{MetricServerMiddleware.Settings}, string)"/>
    public static IApplicationBuilder UseMetricServer(
        this IApplicationBuilder builder, int port, string url = "/metrics", CollectorRegistry? registry = null) =>
        builder.UseMetricServer(port, settings => settings.Registry = registry, url);
}
