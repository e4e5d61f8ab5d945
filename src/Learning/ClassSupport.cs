namespace ExpertCluster.Learning;

/// <summary>
/// Which n-grams speak for or against which class: of each class those of its own examples by which it differs most from all others, of each n-gram the
/// classes that it tells most of; for a generalist all there are. Only these get weights. An inverted index, as the gate's.
/// </summary>
/// <param name="Offsets">Where each bucket's classes begin, and after the last where all end.</param>
/// <param name="Classes">Ascending in each bucket.</param>
internal sealed record ClassSupport(int[] Offsets, ushort[] Classes)
{
    /// <summary>N-grams of a class. Twenty sentences have some two thousand, a third of which hardly tells it from others.</summary>
    public const int MostOfClass = 1_024;

    /// <summary>Experts of an n-gram: what is in more examples than that tells little of each, and it bounds the time of a score.</summary>
    public const int MostOfBucket = 384;

    /// <summary>
    /// 1. The mean of all single examples. 2. Of each class how much its own mean lies above it, n-gram by n-gram, and the most of these. 3. The same by
    /// n-gram, and of each the most.
    /// </summary>
    public static ClassSupport Of(ClassDocuments documents, IReadOnlyList<GateClass> classes, float[] inverse)
    {
        int buckets = documents.Buckets;
        float[] mean = new float[buckets];
        float[] own = new float[buckets];
        List<int> touched = [];

        // 1.
        Sum(documents, 0, documents.Starts[^1], inverse, mean, touched);
        foreach (int bucket in touched)
        {
            mean[bucket] /= documents.Starts[^1];
        }

        // 2.
        List<(int Bucket, ushort Of, float Gain)> chosen = [];
        int[] counts = new int[buckets];
        for (int of = 0; of < classes.Count; of++)
        {
            touched.Clear();
            var (start, end) = (documents.Starts[of], documents.Starts[of + 1]);
            if (classes[of].IsGeneralist || start == end)
            {
                continue;
            }

            Sum(documents, start, end, inverse, own, touched);
            (int Bucket, float Gain)[] gains = [.. touched.Select(b => (b, (own[b] / (end - start)) - mean[b])).Where(g => g.Item2 > 0)];
            foreach (int bucket in touched)
            {
                own[bucket] = 0;
            }

            foreach (var (bucket, gain) in Best(gains, MostOfClass))
            {
                chosen.Add((bucket, (ushort)of, gain));
                counts[bucket]++;
            }
        }

        // 3.
        int[] generalists = [.. classes.Index().Where(c => c.Item.IsGeneralist).Select(c => c.Index)];
        var byBucket = Inverted(chosen, counts);
        int[] offsets = new int[buckets + 1];
        List<ushort> kept = new(chosen.Count + buckets);
        for (int bucket = 0; bucket < buckets; bucket++)
        {
            var its = byBucket.Classes.AsSpan(byBucket.Offsets[bucket]..byBucket.Offsets[bucket + 1]);
            ushort[] best = its.Length <= MostOfBucket
                ? its.ToArray()
                : [.. Best(Zip(its, byBucket.Gains.AsSpan(byBucket.Offsets[bucket], its.Length)), MostOfBucket).Select(g => (ushort)g.Bucket)];
            if (inverse[bucket] < InverseOfNone(documents.Samples.Count))
            {
                best = [.. best, .. generalists.Select(g => (ushort)g)];
            }

            Array.Sort(best);
            kept.AddRange(best);
            offsets[bucket + 1] = kept.Count;
        }

        return new ClassSupport(offsets, [.. kept]);
    }

    /// <summary>What a bucket has that no sample has.</summary>
    private static float InverseOfNone(int samples) => InverseFrequency.Of([0], samples)[0];

    private static void Sum(ClassDocuments documents, int start, int end, float[] inverse, float[] into, List<int> touched)
    {
        float[] values = [];
        for (int sample = start; sample < end; sample++)
        {
            int count = documents.Samples.Weigh(sample, inverse, ref values);
            var features = documents.Samples.FeaturesOf(sample);
            for (int i = 0; i < count; i++)
            {
                int bucket = PackedSamples.BucketOf(features[i]);
                if (into[bucket] == 0)
                {
                    touched.Add(bucket);
                }

                into[bucket] += values[i];
            }
        }
    }

    /// <summary>The largest gains; of equal ones the first buckets.</summary>
    private static (int Bucket, float Gain)[] Best((int Bucket, float Gain)[] gains, int most)
    {
        if (gains.Length <= most)
        {
            return gains;
        }

        Array.Sort(gains, static (a, b) => a.Gain != b.Gain ? b.Gain.CompareTo(a.Gain) : a.Bucket.CompareTo(b.Bucket));
        return gains[..most];
    }

    private static (int, float)[] Zip(ReadOnlySpan<ushort> classes, ReadOnlySpan<float> gains)
    {
        var both = new (int, float)[classes.Length];
        for (int i = 0; i < both.Length; i++)
        {
            both[i] = (classes[i], gains[i]);
        }

        return both;
    }

    private static (int[] Offsets, ushort[] Classes, float[] Gains) Inverted(List<(int Bucket, ushort Of, float Gain)> chosen, int[] counts)
    {
        int[] offsets = new int[counts.Length + 1];
        for (int bucket = 0; bucket < counts.Length; bucket++)
        {
            offsets[bucket + 1] = offsets[bucket] + counts[bucket];
        }

        int[] next = offsets[..^1];
        ushort[] classes = new ushort[chosen.Count];
        float[] gains = new float[chosen.Count];
        foreach (var (bucket, of, gain) in chosen)
        {
            (classes[next[bucket]], gains[next[bucket]]) = (of, gain);
            next[bucket]++;
        }

        return (offsets, classes, gains);
    }
}
