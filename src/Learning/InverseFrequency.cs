namespace ExpertCluster.Learning;

/// <summary>The weight of a bucket: ln((1 + samples) / (1 + samples that have it)) + 1.</summary>
internal static class InverseFrequency
{
    public static float[] Of(IReadOnlyList<TrainingSample> samples, int buckets)
    {
        int[] seen = new int[buckets];
        foreach (var sample in samples)
        {
            foreach (int bucket in sample.Buckets)
            {
                seen[bucket]++;
            }
        }

        return Of(seen, samples.Count);
    }

    /// <param name="seen">Samples that have each bucket.</param>
    /// <param name="samples">All of them.</param>
    public static float[] Of(int[] seen, int samples) => Array.ConvertAll(seen, n => (float)(Math.Log((1.0 + samples) / (1 + n)) + 1));
}
