namespace Prometheus;

/// <summary>A family of values that go up and down.</summary>
public sealed class Gauge : Collector<Gauge.Child>, IGauge
{
    private readonly bool _publish;

    internal Gauge(string name, string help, string[] labelNames, GaugeConfiguration configuration, CollectorRegistry registry)
        : base(name, help, labelNames, registry) => _publish = !configuration.SuppressInitialValue;

    /// <inheritdoc/>
    public double Value => Unlabelled.Value;

    internal override MetricType Type => MetricType.Gauge;

    /// <inheritdoc/>
    public void Inc(double increment = 1) => Unlabelled.Inc(increment);

    /// <inheritdoc/>
    public void Set(double val) => Unlabelled.Set(val);

    /// <inheritdoc/>
    public void Dec(double decrement = 1) => Unlabelled.Dec(decrement);

    /// <inheritdoc/>
    public void IncTo(double targetValue) => Unlabelled.IncTo(targetValue);

    /// <inheritdoc/>
    public void DecTo(double targetValue) => Unlabelled.DecTo(targetValue);

    /// <inheritdoc cref="ChildBase.Publish"/>
    public void Publish() => Unlabelled.Publish();

    /// <inheritdoc cref="ChildBase.Unpublish"/>
    public void Unpublish() => Unlabelled.Unpublish();

    internal override void Write(ExpositionWriter writer, ChildBase child) =>
        writer.Sample(NameBytes, [], child.LabelBytes, ((Child)child).Value);

    private protected override Child Create(string[] labelValues) => new(this, labelValues, _publish);

    /// <summary>One gauge.</summary>
    public sealed class Child : ChildBase, IGauge
    {
        private AtomicDouble _value;

        internal Child(Gauge parent, string[] labelValues, bool publish)
            : base(parent, labelValues, publish)
        {
        }

        /// <inheritdoc/>
        public double Value => _value.Value;

        /// <inheritdoc/>
        public void Inc(double increment = 1)
        {
            _value.Add(increment);
            Publish();
        }

        /// <inheritdoc/>
        public void Set(double val)
        {
            _value.Value = val;
            Publish();
        }

        /// <inheritdoc/>
        public void Dec(double decrement = 1) => Inc(-decrement);

        /// <inheritdoc/>
        public void IncTo(double targetValue)
        {
            _value.RaiseTo(targetValue);
            Publish();
        }

        /// <inheritdoc/>
        public void DecTo(double targetValue)
        {
            _value.LowerTo(targetValue);
            Publish();
        }
    }
}
