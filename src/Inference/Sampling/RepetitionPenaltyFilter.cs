using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>CTRL's penalty (arXiv 1909.05858) on every token of prompt and output, once each.</summary>
internal sealed class RepetitionPenaltyFilter : IBuiltInFilter
{
    public string Name => "repetition_penalty";

    public bool ReadsSeen => true;

    public bool Applies(SamplingOptions options) => options.RepetitionPenalty != 1;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var logits = candidates.Logits;
        foreach (int id in seen.Distinct)
        {
            int at = candidates.IndexOf(id);
            if (at < 0)
            {
                continue;
            }

            float logit = logits[at];
            logits[at] = logit > 0 ? logit / options.RepetitionPenalty : logit * options.RepetitionPenalty;
        }
    }
}
