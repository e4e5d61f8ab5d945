using System.Numerics.Tensors;

namespace ExpertCluster.Inference.Sampling;

/// <summary>
/// The ensemble: probabilities of the branches (softmax at temperature 1), their weighted sum, and its logarithm,
/// which then stands for the logits of one model. Not thread-safe; allocates nothing a token.
/// </summary>
internal sealed class BranchMerge(int vocabulary)
{
    private readonly float[] _merged = new float[vocabulary];
    private readonly float[] _weights = new float[vocabulary];

    /// <summary>Starts a new position.</summary>
    public void Begin() => Array.Clear(_merged);

    /// <summary>Adds one branch; the shares of a position sum to 1.</summary>
    public void Add(ReadOnlySpan<float> logits, float share)
    {
        // The largest goes first: TensorPrimitives.SoftMax would overflow from a logit of 89 on.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), _weights);
        TensorPrimitives.Exp<float>(_weights, _weights);
        TensorPrimitives.MultiplyAdd<float>(_weights, share / TensorPrimitives.Sum<float>(_weights), _merged, _merged);
    }

    /// <summary>Log-probabilities of the merged distribution, valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<float> End()
    {
        TensorPrimitives.Log<float>(_merged, _merged);
        return _merged;
    }
}
