namespace Prometheus;

public sealed partial class Histogram
{
    /// <summary>One histogram.</summary>
    public sealed class Child : ChildBase, IHistogram
    {
        private readonly BucketBounds _bounds;

        // Each bucket's own observations; the exposition adds them up. One more than bounds: +Inf.
        private readonly long[] _counts;
        private AtomicDouble _sum;

        internal Child(Histogram parent, string[] labelValues, bool publish)
            : base(parent, labelValues, publish)
        {
            _bounds = parent._bounds;
            _counts = new long[_bounds.Count];
        }

        /// <inheritdoc/>
        public double Sum => _sum.Value;

        /// <inheritdoc/>
        public long Count
        {
            get
            {
                var total = 0L;
                for (var i = 0; i < _counts.Length; i++)
                {
                    total += Interlocked.Read(ref _counts[i]);
                }

                return total;
            }
        }

        /// <inheritdoc/>
        public void Observe(double val) => Observe(val, 1);

        /// <inheritdoc/>
        /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
        public void Observe(double val, long count)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count);
            if (double.IsNaN(val))
            {
                return;
            }

            Interlocked.Add(ref _counts[_bounds.IndexOf(val)], count);
            _sum.Add(val * count);
            Publish();
        }

        /// <summary>
        /// <c>_count</c> is the last bucket as written, so the two agree under concurrent observations; <c>_sum</c> may
        /// run a few observations ahead or behind.
        /// </summary>
        internal void Write(ExpositionWriter writer, ReadOnlySpan<byte> name)
        {
            // Read once, so that buckets and count are of one moment. Bounds come from code: some dozens at most.
            Span<long> upTo = _counts.Length <= 256 ? stackalloc long[_counts.Length] : new long[_counts.Length];
            var total = 0L;
            for (var i = 0; i < _counts.Length; i++)
            {
                total += Interlocked.Read(ref _counts[i]);
                upTo[i] = total;
            }

            // The official package's order.
            writer.Sample(name, "_sum"u8, LabelBytes, Sum);
            writer.Count(name, LabelBytes, total);
            for (var i = 0; i < upTo.Length; i++)
            {
                writer.Bucket(name, LabelBytes, _bounds.Label(i, writer.Format), upTo[i]);
            }
        }
    }
}
