using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>CTRL's penalty (arXiv 1909.05858) on every token of prompt and output, once each.</summary>
internal sealed class RepetitionPenaltyFilter : ILogitsFilter
{
    public string Name => "repetition_penalty";

    public bool Applies(SamplingOptions options) => options.RepetitionPenalty != 1;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        // First of all filters, so the set is still the whole vocabulary and an id is its own index.
        var logits = candidates.Logits;
        foreach (int id in seen.Distinct)
        {
            float logit = logits[id];
            logits[id] = logit > 0 ? logit / options.RepetitionPenalty : logit * options.RepetitionPenalty;
        }
    }
}
