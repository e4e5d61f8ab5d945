namespace Prometheus;

/// <summary>A family of values that only grow.</summary>
public sealed class Counter : Collector<Counter.Child>, ICounter
{
    private readonly bool _publish;

    internal Counter(string name, string help, string[] labelNames, CounterConfiguration configuration, CollectorRegistry registry)
        : base(name, help, labelNames, registry) => _publish = !configuration.SuppressInitialValue;

    /// <inheritdoc/>
    public double Value => Unlabelled.Value;

    internal override MetricType Type => MetricType.Counter;

    /// <inheritdoc/>
    public void Inc(double increment = 1.0) => Unlabelled.Inc(increment);

    /// <inheritdoc/>
    public void IncTo(double targetValue) => Unlabelled.IncTo(targetValue);

    /// <inheritdoc cref="ChildBase.Publish"/>
    public void Publish() => Unlabelled.Publish();

    /// <inheritdoc cref="ChildBase.Unpublish"/>
    public void Unpublish() => Unlabelled.Unpublish();

    internal override void Write(ExpositionWriter writer, ChildBase child) =>
        writer.Sample(NameBytes, [], child.LabelBytes, ((Child)child).Value);

    private protected override Child Create(string[] labelValues) => new(this, labelValues, _publish);

    /// <summary>One counter.</summary>
    public sealed class Child : ChildBase, ICounter
    {
        private AtomicDouble _value;

        internal Child(Counter parent, string[] labelValues, bool publish)
            : base(parent, labelValues, publish)
        {
        }

        /// <inheritdoc/>
        public double Value => _value.Value;

        /// <inheritdoc/>
        /// <exception cref="ArgumentOutOfRangeException">The increment is negative or not a number.</exception>
        public void Inc(double increment = 1.0)
        {
            if (!(increment >= 0))
            {
                throw new ArgumentOutOfRangeException(nameof(increment), increment, "A counter cannot decrease.");
            }

            _value.Add(increment);
            Publish();
        }

        /// <inheritdoc/>
        public void IncTo(double targetValue)
        {
            _value.RaiseTo(targetValue);
            Publish();
        }
    }
}
