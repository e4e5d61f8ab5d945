using System.Numerics.Tensors;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Keeps tokens at least min_p times as likely as the likeliest (arXiv 2407.01082).</summary>
internal sealed class MinPFilter : IBuiltInFilter
{
    public string Name => "min_p";

    /// <summary>It leaves the likeliest token the likeliest.</summary>
    public bool ActsOnGreedy => false;

    public bool Applies(SamplingOptions options) => options.MinP > 0;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        var logits = candidates.Logits;
        candidates.Keep(logits, TensorPrimitives.Max<float>(logits) + MathF.Log(options.MinP));
    }
}
