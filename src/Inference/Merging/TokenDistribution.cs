using System.Numerics.Tensors;

namespace ExpertCluster.Inference.Merging;

/// <summary>What a model gives for the next place of an answer: its likeliest tokens, and what all others come to. Immutable.</summary>
public sealed class TokenDistribution
{
    /// <summary>
    /// Natural logarithm of how much less likely than the likeliest a token may be. Below it a token is lost in the rounding of a 32-bit probability, whatever it is
    /// added to.
    /// </summary>
    private const float Depth = 20;

    /// <summary>Of a sum of 32-bit probabilities.</summary>
    private const float Slack = 1e-3f;

    private readonly int[] _tokens;
    private readonly float[] _logProbabilities;

    private TokenDistribution(int place, int[] tokens, float[] logProbabilities, float tail)
    {
        (Place, _tokens, _logProbabilities, Tail) = (place, tokens, logProbabilities, tail);
    }

    /// <summary>Of the token that it is for, in the answer; 0 is the first.</summary>
    public int Place { get; }

    /// <summary>Ids, rising.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>Natural logarithm of each token's probability at temperature 1.</summary>
    public ReadOnlySpan<float> LogProbabilities => _logProbabilities;

    /// <summary>Probability of all other tokens together, 0..1.</summary>
    public float Tail { get; }

    /// <summary>The likeliest of a row of logits.</summary>
    /// <param name="place">0 or more.</param>
    /// <param name="logits">[vocabulary]; the largest is finite.</param>
    /// <param name="most">Tokens, 1 or more; of equals at the edge the lowest ids.</param>
    /// <exception cref="ArithmeticException">The largest logit is NaN or infinite.</exception>
    public static TokenDistribution Of(int place, ReadOnlySpan<float> logits, int most)
    {
        float largest = TensorPrimitives.Max(logits);
        if (!float.IsFinite(largest))
        {
            throw new ArithmeticException($"the largest logit is {largest}");
        }

        double sum = SumOfExp(logits, largest);
        int near = 0;
        foreach (float logit in logits)
        {
            near += logit >= largest - Depth ? 1 : 0;
        }

        float threshold = near <= most ? largest - Depth : LargestValues.Kth(logits, new float[most]);
        int ties = near <= most ? near : most - Above(logits, threshold);
        int count = Math.Min(near, most);
        int[] tokens = new int[count];
        float[] values = new float[count];
        float logSum = largest + (float)Math.Log(sum);
        double mass = 0;
        count = 0;
        for (int token = 0; token < logits.Length && count < tokens.Length; token++)
        {
            float logit = logits[token];
            if (logit > threshold || (logit == threshold && ties-- > 0))
            {
                tokens[count] = token;
                values[count++] = logit - logSum;
                mass += Math.Exp(logit - largest) / sum;
            }
        }

        return new TokenDistribution(place, tokens, values, (float)Math.Clamp(1 - mass, 0, 1));
    }

    /// <summary>What another process gave. Arrays are kept.</summary>
    /// <param name="place">0 or more.</param>
    /// <param name="tokens">Rising.</param>
    /// <param name="logProbabilities">One for each.</param>
    /// <param name="tail">0..1.</param>
    /// <param name="vocabulary">Ids are below it.</param>
    /// <returns>Null: it is no distribution.</returns>
    public static TokenDistribution? Read(int place, int[] tokens, float[] logProbabilities, float tail, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(logProbabilities);
        if (place < 0 || tokens.Length == 0 || tokens.Length != logProbabilities.Length || !(tail is >= 0 and <= 1))
        {
            return null;
        }

        double mass = tail;
        for (int i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] <= (i == 0 ? -1 : tokens[i - 1]) || tokens[i] >= vocabulary || !(logProbabilities[i] <= Slack))
            {
                return null;
            }

            mass += Math.Exp(logProbabilities[i]);
        }

        return Math.Abs(mass - 1) < Slack ? new TokenDistribution(place, tokens, logProbabilities, tail) : null;
    }

    private static double SumOfExp(ReadOnlySpan<float> logits, float largest)
    {
        Span<float> scratch = stackalloc float[1024];
        double sum = 0;
        for (int start = 0; start < logits.Length; start += scratch.Length)
        {
            var block = logits[start..Math.Min(start + scratch.Length, logits.Length)];
            var weights = scratch[..block.Length];
            TensorPrimitives.Subtract(block, largest, weights);
            TensorPrimitives.Exp<float>(weights, weights);
            sum += TensorPrimitives.Sum<float>(weights);
        }

        return sum;
    }

    private static int Above(ReadOnlySpan<float> logits, float threshold)
    {
        int above = 0;
        foreach (float logit in logits)
        {
            above += logit > threshold ? 1 : 0;
        }

        return above;
    }
}
