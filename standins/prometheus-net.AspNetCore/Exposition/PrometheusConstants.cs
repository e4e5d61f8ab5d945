using System.Text;

namespace Prometheus;

/// <summary>Content types of the exposition.</summary>
public static class PrometheusConstants
{
    /// <summary>Media type of the Prometheus text format.</summary>
    public const string TextContentType = "text/plain";

    /// <summary>Media type of OpenMetrics.</summary>
    public const string OpenMetricsContentType = "application/openmetrics-text";

    /// <summary>Full content type of the Prometheus text format.</summary>
    public const string TextContentTypeWithVersionAndEncoding = TextContentType + "; version=0.0.4; charset=utf-8";

    /// <summary>Full content type of OpenMetrics.</summary>
    public const string OpenMetricsContentTypeWithVersionAndEncoding = OpenMetricsContentType + "; version=1.0.0; charset=utf-8";

    /// <summary>UTF-8 without a byte order mark.</summary>
    public static readonly Encoding ExportEncoding = new UTF8Encoding(false);
}
