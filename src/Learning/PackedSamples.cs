using ExpertCluster.Gating.Features;

namespace ExpertCluster.Learning;

/// <summary>Many training samples in few arrays: a feature takes four bytes, and a sample no object.</summary>
internal sealed class PackedSamples
{
    private const int BucketBits = 20;
    private const int BucketMask = (1 << BucketBits) - 1;
    private const int MostCounted = (1 << (32 - BucketBits)) - 1;

    private readonly float[] _damped = [.. Enumerable.Range(0, MostCounted + 1).Select(n => n == 0 ? 0 : 1 + MathF.Log(n))];
    private readonly List<int> _ends = [];
    private readonly List<(int First, int Second)> _classes = [];
    private uint[] _features = new uint[1 << 16];
    private int _used;

    public int Count => _classes.Count;

    public void Add(FeatureBag bag, int first, int second)
    {
        int needed = _used + bag.Count;
        if (needed > _features.Length)
        {
            Array.Resize(ref _features, (int)Math.Min(Array.MaxLength, Math.Max(needed, 3L * _features.Length / 2)));
        }

        for (int i = 0; i < bag.Count; i++)
        {
            _features[_used++] = ((uint)Math.Min(bag.Counts[i], MostCounted) << BucketBits) | (uint)bag.Buckets[i];
        }

        _ends.Add(_used);
        _classes.Add((first, second));
    }

    /// <summary>Its class, or both, which then weigh a half each.</summary>
    public (int First, int Second) ClassesOf(int sample) => _classes[sample];

    public ReadOnlySpan<uint> FeaturesOf(int sample)
    {
        int start = sample == 0 ? 0 : _ends[sample - 1];
        return _features.AsSpan(start, _ends[sample] - start);
    }

    public static int BucketOf(uint feature) => (int)(feature & BucketMask);

    /// <summary>A sample's features by damped counts and inverse frequency, of length 1, as gates weigh them.</summary>
    /// <returns>How many there are.</returns>
    public int Weigh(int sample, ReadOnlySpan<float> inverse, ref float[] values)
    {
        var features = FeaturesOf(sample);
        if (values.Length < features.Length)
        {
            values = new float[features.Length * 2];
        }

        float squared = 0;
        for (int i = 0; i < features.Length; i++)
        {
            values[i] = _damped[features[i] >> BucketBits] * inverse[BucketOf(features[i])];
            squared += values[i] * values[i];
        }

        float scale = 1 / MathF.Sqrt(squared + Gating.Artefacts.GateGraph.Epsilon);
        foreach (ref float value in values.AsSpan(0, features.Length))
        {
            value *= scale;
        }

        return features.Length;
    }

    /// <summary>The weight of each bucket, as <see cref="InverseFrequency"/> has it.</summary>
    public float[] InverseOf(int buckets)
    {
        int[] seen = new int[buckets];
        foreach (uint feature in _features.AsSpan(0, _used))
        {
            seen[BucketOf(feature)]++;
        }

        return InverseFrequency.Of(seen, Count);
    }
}
