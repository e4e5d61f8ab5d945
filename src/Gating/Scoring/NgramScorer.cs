using System.Collections.Concurrent;
using System.Numerics.Tensors;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;

namespace ExpertCluster.Gating.Scoring;

/// <summary>Hashed n-grams of the text itself: ngrams.bin.</summary>
internal sealed class NgramScorer : IClassScorer
{
    private readonly NgramIndex _index;
    private readonly float _temperature;

    // A scratch per concurrent call; as many as there were callers at once.
    private readonly ConcurrentBag<Scratch> _idle = [];
    private volatile bool _disposed;

    private NgramScorer(NgramIndex index, double temperature) => (_index, _temperature) = (index, (float)temperature);

    /// <exception cref="GateFormatException">The file is missing, malformed, or of another gate than gate.json.</exception>
    public static NgramScorer Open(string folder, GateMetadata gate) => new(NgramIndexFile.Read(folder, gate), gate.Temperature);

    public void Score(ReadOnlySpan<char> text, Span<float> logits)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var scratch = _idle.TryTake(out var idle) ? idle : new Scratch(_index.Buckets);
        scratch.Features.Extract(text, scratch.Bag);
        var buckets = scratch.Bag.Buckets;
        var values = scratch.Values(buckets.Length);
        scratch.Bag.Weigh(values);
        _index.Weigh(buckets, values);
        _index.Score(buckets, values, logits);
        TensorPrimitives.Divide(logits, _temperature, logits);
        _idle.Add(scratch);
    }

    public void Dispose() => _disposed = true;

    private sealed class Scratch(int buckets)
    {
        private float[] _values = [];

        public TextFeatures Features { get; } = new(buckets);

        public FeatureBag Bag { get; } = new(TextFeatures.Limit);

        public Span<float> Values(int count)
        {
            if (_values.Length < count)
            {
                _values = new float[count * 2];
            }

            return _values.AsSpan(0, count);
        }
    }
}
