using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>The few largest of a row of logits.</summary>
internal static class LikeliestTokens
{
    /// <param name="logits">[vocabulary].</param>
    /// <param name="logSumExp">Of them.</param>
    /// <param name="most">How many, if there are as many.</param>
    /// <returns>The likeliest first; of equals the lowest id first.</returns>
    public static TokenLogProbability[] Of(ReadOnlySpan<float> logits, float logSumExp, int most)
    {
        var top = new TokenLogProbability[Math.Min(most, logits.Length)];
        int count = 0;
        for (int token = 0; token < logits.Length && top.Length > 0; token++)
        {
            // Most of a vocabulary ends here.
            float logit = logits[token];
            if (count == top.Length && !(logit > top[count - 1].LogProbability))
            {
                continue;
            }

            int at = count == top.Length ? count - 1 : count++;
            for (; at > 0 && top[at - 1].LogProbability < logit; at--)
            {
                top[at] = top[at - 1];
            }

            top[at] = new TokenLogProbability(token, logit);
        }

        foreach (ref var entry in top.AsSpan())
        {
            entry = entry with { LogProbability = entry.LogProbability - logSumExp };
        }

        return top;
    }
}
