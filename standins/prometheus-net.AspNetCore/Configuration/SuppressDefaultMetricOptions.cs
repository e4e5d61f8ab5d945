namespace Prometheus;

/// <summary>
/// Which of the metrics that the default registry brings along are left out. The stand-in has the process metrics only;
/// the other switches matter with the official package.
/// </summary>
public sealed class SuppressDefaultMetricOptions
{
    internal static readonly SuppressDefaultMetricOptions All = new()
    {
        SuppressProcessMetrics = true,
        SuppressDebugMetrics = true,
        SuppressEventCounters = true,
        SuppressMeters = true,
    };

    internal static readonly SuppressDefaultMetricOptions None = new();

    /// <summary>Leaves out <c>process_*</c> and <c>dotnet_*</c>.</summary>
    public bool SuppressProcessMetrics { get; set; }

    /// <summary>Leaves out the library's figures about itself.</summary>
    public bool SuppressDebugMetrics { get; set; }

    /// <summary>Leaves out .NET event counters.</summary>
    public bool SuppressEventCounters { get; set; }

    /// <summary>Leaves out .NET meters.</summary>
    public bool SuppressMeters { get; set; }
}
