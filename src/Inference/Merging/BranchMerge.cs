using System.Numerics.Tensors;

namespace ExpertCluster.Inference.Merging;

/// <summary>
/// The ensemble: probabilities of its members (softmax at temperature 1), their weighted sum, and its logarithm,
/// which then stands for the logits of one model. Not thread-safe; allocates nothing a token.
/// </summary>
internal sealed class BranchMerge(int vocabulary)
{
    /// <summary>Less than a 32-bit probability of 1 can tell.</summary>
    private const float NoTail = 1e-7f;

    private readonly float[] _merged = new float[vocabulary];
    private readonly float[] _weights = new float[vocabulary];

    /// <summary>Starts a new position.</summary>
    public void Begin() => Array.Clear(_merged);

    /// <summary>Starts a new position with a part of it.</summary>
    /// <param name="probabilities">[vocabulary], of sum 1.</param>
    /// <param name="share">Of it.</param>
    public void Begin(ReadOnlySpan<float> probabilities, float share) => TensorPrimitives.Multiply(probabilities, share, _merged);

    /// <summary>Adds one branch; the shares of a position sum to 1.</summary>
    public void Add(ReadOnlySpan<float> logits, float share)
    {
        // The largest goes first: TensorPrimitives.SoftMax would overflow from a logit of 89 on.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), _weights);
        TensorPrimitives.Exp<float>(_weights, _weights);
        TensorPrimitives.MultiplyAdd<float>(_weights, share / TensorPrimitives.Sum<float>(_weights), _merged, _merged);
    }

    /// <summary>Adds one that computes elsewhere. What it does not tell of goes to the tokens that it does not name, in proportion to another one's probabilities.</summary>
    /// <param name="distribution">Of tokens of the vocabulary.</param>
    /// <param name="other">[vocabulary], of sum 1.</param>
    /// <param name="share">Of it.</param>
    public void Add(TokenDistribution distribution, ReadOnlySpan<float> other, float share)
    {
        var tokens = distribution.Tokens;
        var logs = distribution.LogProbabilities;
        if (distribution.Tail > NoTail)
        {
            float named = 0;
            foreach (int token in tokens)
            {
                named += other[token];
            }

            float unnamed = Math.Max(0, 1 - named);
            if (unnamed > NoTail)
            {
                float factor = share * distribution.Tail / unnamed;
                TensorPrimitives.MultiplyAdd(other, factor, _merged, _merged);
                foreach (int token in tokens)
                {
                    _merged[token] -= factor * other[token];
                }
            }
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            _merged[tokens[i]] += share * MathF.Exp(logs[i]);
        }
    }

    /// <summary>Adds one branch of a product.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="weight">As a power of its probabilities.</param>
    public void AddLogits(ReadOnlySpan<float> logits, float weight)
    {
        // The largest goes first, so that what is added stays small.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), _weights);
        TensorPrimitives.MultiplyAdd<float>(_weights, weight, _merged, _merged);
    }

    /// <summary>Of the product, valid until the next <see cref="Begin()"/>.</summary>
    public ReadOnlySpan<float> Logits => _merged;

    /// <summary>The merged probabilities, valid until the next <see cref="Begin()"/>.</summary>
    public ReadOnlySpan<float> Probabilities => _merged;

    /// <summary>Log-probabilities of the merged distribution, valid until the next <see cref="Begin()"/>.</summary>
    public ReadOnlySpan<float> End()
    {
        TensorPrimitives.Log<float>(_merged, _merged);
        return _merged;
    }
}
