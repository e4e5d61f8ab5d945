using ExpertCluster.Gating.Features;

namespace ExpertCluster.Learning;

/// <summary>
/// The features of a text or window and what they should give: one class, or two with half the weight each.
/// </summary>
internal readonly record struct TrainingSample(int[] Buckets, float[] Frequencies, int First, int Second)
{
    public bool IsCompound => First != Second;

    /// <param name="bag">Copied: it may be filled again.</param>
    /// <param name="first">The class, or one of two.</param>
    /// <param name="second">The other; the same where there is one.</param>
    public static TrainingSample Of(FeatureBag bag, int first, int second)
    {
        float[] frequencies = new float[bag.Count];
        bag.Weigh(frequencies);
        return new TrainingSample(bag.Buckets.ToArray(), frequencies, first, second);
    }
}
