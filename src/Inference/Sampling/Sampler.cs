using System.Numerics.Tensors;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Draws one token from one row of logits. Not thread-safe; allocates nothing a token.</summary>
internal sealed class Sampler(int vocabulary, LogitsPipeline filters)
{
    /// <summary>Candidates summed at once before the block that holds the drawn one is searched.</summary>
    private const int Block = 256;

    private readonly CandidateSet _candidates = new(vocabulary);

    // Small enough to stay in the first-level cache: the row itself is then read once.
    private readonly float[] _scratch = new float[2048];

    /// <summary>
    /// logits: [vocabulary], left as they are. position: of the new token in its sequence, prompt included.
    /// seen: needed where a filter reads it. grammar: what the text has to be, where it has to be something.
    /// </summary>
    /// <exception cref="ArithmeticException">The largest logit is NaN or infinite.</exception>
    public Draw Sample(ReadOnlySpan<float> logits, SamplingOptions options, SeenTokens? seen, int position, AnswerGrammar? grammar = null)
    {
        float largest = LargestOf(logits);
        int token = options.Temperature == 0 ? Greedy(logits, options, seen, grammar) : Random(logits, options, seen, position, grammar);
        return DrawOf(logits, largest, token, options);
    }

    /// <summary>What a token that is given would have been drawn with.</summary>
    /// <inheritdoc cref="Sample"/>
    public Draw Score(ReadOnlySpan<float> logits, int token, SamplingOptions options) => DrawOf(logits, LargestOf(logits), token, options);

    private static float LargestOf(ReadOnlySpan<float> logits)
    {
        float largest = TensorPrimitives.Max(logits);
        return float.IsFinite(largest) ? largest : throw new ArithmeticException($"the largest logit is {largest}");
    }

    private Draw DrawOf(ReadOnlySpan<float> logits, float largest, int token, SamplingOptions options)
    {
        float sum = LogSumExp(logits, largest);
        return new Draw(token, logits[token] - sum, options.TopLogProbabilities is { } most ? LikeliestTokens.Of(logits, sum, most) : null);
    }

    private int Greedy(ReadOnlySpan<float> logits, SamplingOptions options, SeenTokens? seen, AnswerGrammar? grammar)
    {
        // IndexOfMax gives the first of equals.
        if (grammar is null && !filters.ChangesGreedy(options))
        {
            return TensorPrimitives.IndexOfMax(logits);
        }

        Load(logits, grammar);
        filters.Apply(_candidates, options, seen, greedy: true);
        return _candidates.Ids[TensorPrimitives.IndexOfMax<float>(_candidates.Logits)];
    }

    private int Random(ReadOnlySpan<float> logits, SamplingOptions options, SeenTokens? seen, int position, AnswerGrammar? grammar)
    {
        Load(logits, grammar);
        filters.Apply(_candidates, options, seen, greedy: false);
        return _candidates.Ids[InverseCdf(_candidates.Weights(), CounterRandom.Uniform(options.Seed, position))];
    }

    private void Load(ReadOnlySpan<float> logits, AnswerGrammar? grammar)
    {
        if (grammar is null)
        {
            _candidates.Load(logits);
        }
        else
        {
            grammar.Load(_candidates, logits);
        }
    }

    /// <summary>The first index at which the running sum of weights exceeds u times their total.</summary>
    internal static int InverseCdf(ReadOnlySpan<float> weights, double u)
    {
        double total = 0.0;
        for (int start = 0; start < weights.Length; start += Block)
        {
            total += BlockSum(weights, start);
        }

        double target = u * total;
        double sum = 0.0;
        int last = 0;
        for (int start = 0; start < weights.Length; start += Block)
        {
            double block = BlockSum(weights, start);
            if (sum + block <= target)
            {
                sum += block;
                continue;
            }

            int end = Math.Min(start + Block, weights.Length);
            for (int i = start; i < end; i++)
            {
                if (weights[i] > 0)
                {
                    sum += weights[i];
                    last = i;
                    if (sum > target)
                    {
                        return i;
                    }
                }
            }
        }

        // Rounding may leave the target a hair above the element sums: then the last token with any weight.
        return last;
    }
    private static double BlockSum(ReadOnlySpan<float> weights, int start) =>
        TensorPrimitives.Sum(weights.Slice(start, Math.Min(Block, weights.Length - start)));

    private float LogSumExp(ReadOnlySpan<float> logits, float largest)
    {
        double sum = 0.0;
        for (int start = 0; start < logits.Length; start += _scratch.Length)
        {
            var block = logits[start..Math.Min(start + _scratch.Length, logits.Length)];
            var weights = _scratch.AsSpan(0, block.Length);
            TensorPrimitives.Subtract(block, largest, weights);
            TensorPrimitives.Exp<float>(weights, weights);
            sum += TensorPrimitives.Sum<float>(weights);
        }

        return largest + (float)Math.Log(sum);
    }
}
