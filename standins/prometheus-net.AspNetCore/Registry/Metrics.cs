namespace Prometheus;

/// <summary>The default registry, and the way to others.</summary>
public static class Metrics
{
    private static SuppressDefaultMetricOptions _suppressed = SuppressDefaultMetricOptions.None;

    static Metrics()
    {
        DefaultRegistry = new CollectorRegistry();
        DefaultFactory = new MetricFactory(DefaultRegistry);
        DefaultRegistry.SetBeforeFirstCollect(static () =>
        {
            if (!Volatile.Read(ref _suppressed).SuppressProcessMetrics)
            {
                DotNetStats.Register(DefaultRegistry);
            }
        });
    }

    /// <summary>What <c>/metrics</c> serves unless told otherwise.</summary>
    public static CollectorRegistry DefaultRegistry { get; }

    /// <summary>Creates metrics in <see cref="DefaultRegistry"/>.</summary>
    public static MetricFactory DefaultFactory { get; }

    /// <summary>An empty registry without default metrics.</summary>
    public static CollectorRegistry NewCustomRegistry() => new();

    /// <summary>Creates metrics in <paramref name="registry"/>.</summary>
    public static MetricFactory WithCustomRegistry(CollectorRegistry registry) => new(registry);

    /// <inheritdoc cref="IMetricFactory.CreateCounter(string, string, CounterConfiguration)"/>
    public static Counter CreateCounter(string name, string help, CounterConfiguration? configuration = null) =>
        DefaultFactory.CreateCounter(name, help, configuration);

    /// <inheritdoc cref="IMetricFactory.CreateCounter(string, string, CounterConfiguration)"/>
    public static Counter CreateCounter(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateCounter(name, help, labelNames);

    /// <inheritdoc cref="IMetricFactory.CreateCounter(string, string, CounterConfiguration)"/>
    public static Counter CreateCounter(string name, string help, string[] labelNames, CounterConfiguration? configuration = null) =>
        DefaultFactory.CreateCounter(name, help, labelNames, configuration);

    /// <inheritdoc cref="IMetricFactory.CreateGauge(string, string, GaugeConfiguration)"/>
    public static Gauge CreateGauge(string name, string help, GaugeConfiguration? configuration = null) =>
        DefaultFactory.CreateGauge(name, help, configuration);

    /// <inheritdoc cref="IMetricFactory.CreateGauge(string, string, GaugeConfiguration)"/>
    public static Gauge CreateGauge(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateGauge(name, help, labelNames);

    /// <inheritdoc cref="IMetricFactory.CreateGauge(string, string, GaugeConfiguration)"/>
    public static Gauge CreateGauge(string name, string help, string[] labelNames, GaugeConfiguration? configuration = null) =>
        DefaultFactory.CreateGauge(name, help, labelNames, configuration);

    /// <inheritdoc cref="IMetricFactory.CreateHistogram(string, string, HistogramConfiguration)"/>
    public static Histogram CreateHistogram(string name, string help, HistogramConfiguration? configuration = null) =>
        DefaultFactory.CreateHistogram(name, help, configuration);

    /// <inheritdoc cref="IMetricFactory.CreateHistogram(string, string, HistogramConfiguration)"/>
    public static Histogram CreateHistogram(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateHistogram(name, help, labelNames);

    /// <inheritdoc cref="IMetricFactory.CreateHistogram(string, string, HistogramConfiguration)"/>
    public static Histogram CreateHistogram(string name, string help, string[] labelNames, HistogramConfiguration? configuration = null) =>
        DefaultFactory.CreateHistogram(name, help, labelNames, configuration);

    /// <summary>Leaves out all default metrics. To be called before the first collection.</summary>
    public static void SuppressDefaultMetrics() => SuppressDefaultMetrics(SuppressDefaultMetricOptions.All);

    /// <summary>Leaves out some of the default metrics. To be called before the first collection.</summary>
    public static void SuppressDefaultMetrics(SuppressDefaultMetricOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Volatile.Write(ref _suppressed, options);
    }
}
