using System.Numerics.Tensors;

namespace ExpertCluster.Gating.Scoring;

/// <summary>Scores as probabilities.</summary>
internal static class Probabilities
{
    /// <summary>Softmax, in place.</summary>
    /// <returns>False where a score was no number; what is left in place then means nothing.</returns>
    public static bool Of(Span<float> logits)
    {
        float largest = TensorPrimitives.Max<float>(logits);
        if (!float.IsFinite(largest))
        {
            return false;
        }

        TensorPrimitives.Subtract(logits, largest, logits);
        TensorPrimitives.Exp<float>(logits, logits);
        float sum = TensorPrimitives.Sum<float>(logits);
        TensorPrimitives.Divide(logits, sum, logits);
        return float.IsFinite(sum);
    }
}
