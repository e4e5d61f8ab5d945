using System.Numerics.Tensors;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Divides logits by the temperature.</summary>
internal sealed class TemperatureFilter : IBuiltInFilter
{
    public string Name => "temperature";

    /// <summary>It leaves the likeliest token the likeliest.</summary>
    public bool ActsOnGreedy => false;

    public bool Applies(SamplingOptions options) => options.Temperature is not (0 or 1);

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        // The largest becomes 0 first: then the division cannot overflow, however small the temperature.
        var logits = candidates.Logits;
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), logits);
        TensorPrimitives.Divide(logits, options.Temperature, logits);
    }
}
