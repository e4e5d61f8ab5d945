using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>OpenAI's penalty on what the answer has, however often; what stands in the prompt alone does not count.</summary>
internal sealed class PresencePenaltyFilter : IBuiltInFilter
{
    public string Name => "presence_penalty";

    public bool ReadsSeen => true;

    public bool Applies(SamplingOptions options) => options.PresencePenalty != 0;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var logits = candidates.Logits;
        foreach (var (token, _) in seen.GeneratedCounts)
        {
            if (candidates.IndexOf(token) is >= 0 and var at)
            {
                logits[at] -= options.PresencePenalty;
            }
        }
    }
}
