namespace ExpertCluster.Learning;

/// <summary>
/// The features of a text or window and what they should give: one class, or two with half the weight each.
/// </summary>
internal readonly record struct TrainingSample(int[] Buckets, float[] Frequencies, int First, int Second)
{
    public bool IsCompound => First != Second;
}
