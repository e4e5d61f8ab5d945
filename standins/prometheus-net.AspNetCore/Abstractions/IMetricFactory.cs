namespace Prometheus;

/// <summary>Creates metric families in one registry, or finds those that are there already.</summary>
public interface IMetricFactory
{
    /// <summary>Creates or finds a counter.</summary>
    Counter CreateCounter(string name, string help, CounterConfiguration? configuration = null);

    /// <inheritdoc cref="CreateCounter(string, string, CounterConfiguration)"/>
    Counter CreateCounter(string name, string help, string[] labelNames, CounterConfiguration? configuration = null);

    /// <summary>Creates or finds a gauge.</summary>
    Gauge CreateGauge(string name, string help, GaugeConfiguration? configuration = null);

    /// <inheritdoc cref="CreateGauge(string, string, GaugeConfiguration)"/>
    Gauge CreateGauge(string name, string help, string[] labelNames, GaugeConfiguration? configuration = null);

    /// <summary>Creates or finds a histogram.</summary>
    Histogram CreateHistogram(string name, string help, HistogramConfiguration? configuration = null);

    /// <inheritdoc cref="CreateHistogram(string, string, HistogramConfiguration)"/>
    Histogram CreateHistogram(string name, string help, string[] labelNames, HistogramConfiguration? configuration = null);
}
