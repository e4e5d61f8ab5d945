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

        return Array.ConvertAll(seen, n => (float)(Math.Log((1.0 + samples.Count) / (1 + n)) + 1));
    }
}
