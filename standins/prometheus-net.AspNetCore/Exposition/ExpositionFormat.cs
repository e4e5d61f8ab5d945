namespace Prometheus;

/// <summary>How metrics are written.</summary>
public enum ExpositionFormat
{
    /// <summary>Prometheus text format 0.0.4.</summary>
    PrometheusText = 0,

    /// <summary>OpenMetrics text format 1.0.0.</summary>
    OpenMetricsText = 1,
}
