using System.Numerics.Tensors;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Keeps the nucleus (arXiv 1904.09751): the fewest most likely tokens whose probability reaches p.</summary>
internal sealed class TopPFilter : IBuiltInFilter
{
    public string Name => "top_p";

    /// <summary>It leaves the likeliest token the likeliest.</summary>
    public bool ActsOnGreedy => false;

    public bool Applies(SamplingOptions options) => options.TopP < 1;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        var weights = candidates.Weights();
        double total = (double)TensorPrimitives.Sum<float>(weights);
        // All tokens below this share together hold less than 1 - p, so none is in the nucleus: only the rest is sorted.
        double floor = (1 - (double)options.TopP) * total / weights.Length;
        var sorted = candidates.Scratch;
        int count = 0;
        foreach (float weight in weights)
        {
            if (weight >= floor)
            {
                sorted[count++] = weight;
            }
        }

        sorted = sorted[..count];
        sorted.Sort();

        double target = options.TopP * total;
        double mass = 0.0;
        int last = count;
        do
        {
            mass += sorted[--last];
        }
        while (mass < target && last > 0);

        float threshold = sorted[last];
        int ties = 1;
        while (last + ties < count && sorted[last + ties] == threshold)
        {
            ties++;
        }

        candidates.Keep(weights, threshold, ties);
    }
}
