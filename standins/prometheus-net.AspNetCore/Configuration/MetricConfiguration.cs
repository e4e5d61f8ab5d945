namespace Prometheus;

/// <summary>What all kinds of metrics can be told at creation.</summary>
public abstract class MetricConfiguration
{
    /// <summary>True: a series is exposed only from its first update on. Default: false, so it starts at zero.</summary>
    public bool SuppressInitialValue { get; set; }

    /// <summary>Names of the labels, where they are not given as an argument.</summary>
    public string[]? LabelNames { get; set; }
}

/// <summary>Options of a counter.</summary>
public sealed class CounterConfiguration : MetricConfiguration
{
    internal static readonly CounterConfiguration Default = new();
}

/// <summary>Options of a gauge.</summary>
public sealed class GaugeConfiguration : MetricConfiguration
{
    internal static readonly GaugeConfiguration Default = new();
}

/// <summary>Options of a histogram.</summary>
public sealed class HistogramConfiguration : MetricConfiguration
{
    internal static readonly HistogramConfiguration Default = new();

    /// <summary>
    /// Upper bounds of the buckets, ascending; +Inf is added. Default: .005 to 10, the usual seconds of a web request.
    /// </summary>
    public double[]? Buckets { get; set; }
}
