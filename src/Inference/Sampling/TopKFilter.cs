using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Merging;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Keeps the k largest; of equals at the edge the lowest ids.</summary>
internal sealed class TopKFilter : IBuiltInFilter
{
    public string Name => "top_k";

    /// <summary>It leaves the likeliest token the likeliest.</summary>
    public bool ActsOnGreedy => false;

    public bool Applies(SamplingOptions options) => options.TopK > 0;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        int k = options.TopK;
        if (k >= candidates.Count)
        {
            return;
        }

        var logits = candidates.Logits;
        var heap = candidates.Scratch[..k];
        float threshold = LargestValues.Kth(logits, heap);
        int above = 0;
        foreach (float value in heap)
        {
            above += value > threshold ? 1 : 0;
        }

        candidates.Keep(logits, threshold, k - above);
    }
}
