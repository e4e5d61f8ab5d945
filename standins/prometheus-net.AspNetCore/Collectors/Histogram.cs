namespace Prometheus;

/// <summary>A family of observations counted in buckets.</summary>
public sealed partial class Histogram : Collector<Histogram.Child>, IHistogram
{
    private static readonly double[] DefaultBuckets = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10];

    private readonly bool _publish;
    private readonly BucketBounds _bounds;

    internal Histogram(string name, string help, string[] labelNames, HistogramConfiguration configuration, CollectorRegistry registry)
        : base(name, help, labelNames, registry)
    {
        if (labelNames.Contains("le"))
        {
            throw new ArgumentException($"Histogram '{name}' has the label 'le', which its buckets need.", nameof(labelNames));
        }

        _publish = !configuration.SuppressInitialValue;
        _bounds = new BucketBounds(name, configuration.Buckets ?? DefaultBuckets);
    }

    /// <inheritdoc/>
    public double Sum => Unlabelled.Sum;

    /// <inheritdoc/>
    public long Count => Unlabelled.Count;

    internal override MetricType Type => MetricType.Histogram;

    /// <inheritdoc/>
    public void Observe(double val) => Unlabelled.Observe(val);

    /// <inheritdoc/>
    public void Observe(double val, long count) => Unlabelled.Observe(val, count);

    /// <inheritdoc cref="ChildBase.Publish"/>
    public void Publish() => Unlabelled.Publish();

    /// <inheritdoc cref="ChildBase.Unpublish"/>
    public void Unpublish() => Unlabelled.Unpublish();

    /// <summary>Buckets <c>start, start * factor, start * factor^2 ...</c>.</summary>
    public static double[] ExponentialBuckets(double start, double factor, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(start);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(factor, 1);
        var buckets = new double[count];
        for (var i = 0; i < count; i++)
        {
            buckets[i] = start;
            start *= factor;
        }

        return buckets;
    }

    /// <summary>Buckets <c>start, start + width, start + 2 * width ...</c>.</summary>
    public static double[] LinearBuckets(double start, double width, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var buckets = new double[count];
        for (var i = 0; i < count; i++)
        {
            buckets[i] = start + (i * width);
        }

        return buckets;
    }

    internal override void Write(ExpositionWriter writer, ChildBase child) => ((Child)child).Write(writer, NameBytes);

    private protected override Child Create(string[] labelValues) => new(this, labelValues, _publish);
}
