using System.Numerics.Tensors;

namespace ExpertCluster.Gating.Scoring;

/// <summary>Scores as probabilities.</summary>
internal static class Probabilities
{
    /// <summary>Below it a probability's logarithm says nothing more.</summary>
    private const float Least = 1e-12f;

    /// <summary>Of a probability. A NaN stays one: whoever takes the softmax tells.</summary>
    public static float Log(float probability) => MathF.Log(probability < Least ? Least : probability);

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
