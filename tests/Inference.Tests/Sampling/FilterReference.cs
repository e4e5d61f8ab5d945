using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Tests.Sampling;

/// <summary>
/// What OpenAI and vLLM write of biases, masks and penalties, as formulas in double precision: logit + bias; minus infinity for what may not be drawn; CTRL's quotient or
/// product for what was seen; logit - count * frequency - [count > 0] * presence for what the answer has.
/// </summary>
internal static class FilterReference
{
    public static double[] Logits(float[] logits, SamplingOptions options, int[] prompt, int[] generated)
    {
        double[] changed = [.. logits.Select(logit => (double)logit)];
        for (int token = 0; token < changed.Length; token++)
        {
            bool isAllowed = options.AllowedTokens.Count == 0 || options.AllowedTokens.Contains(token);
            bool isBanned = options.BannedSequences.Any(s => s[^1] == token && generated.TakeLast(s.Count - 1).SequenceEqual(s.SkipLast(1)));
            bool endsEarly = generated.Length < options.MinTokens && options.EndTokens.Contains(token);
            changed[token] += options.LogitBias.Where(bias => bias.Token == token).Sum(bias => (double)bias.Bias);
            if (prompt.Concat(generated).Contains(token))
            {
                changed[token] *= changed[token] > 0 ? 1.0 / options.RepetitionPenalty : options.RepetitionPenalty;
            }

            int count = generated.Count(one => one == token);
            changed[token] -= (count * (double)options.FrequencyPenalty) + (count > 0 ? options.PresencePenalty : 0);
            changed[token] = isAllowed && !isBanned && !endsEarly ? changed[token] : double.NegativeInfinity;
        }

        return changed;
    }
}
