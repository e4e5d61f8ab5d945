using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Takes away the tokens that would end the answer until it has so many.</summary>
internal sealed class MinTokensFilter : IMaskingFilter
{
    public string Name => "min_tokens";

    public bool ReadsSeen => true;

    public bool Applies(SamplingOptions options) => options.MinTokens > 0 && options.EndTokens.Count > 0;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        for (int i = 0; seen.Generated.Length < options.MinTokens && i < options.EndTokens.Count; i++)
        {
            if (candidates.IndexOf(options.EndTokens[i]) is >= 0 and var at)
            {
                candidates.Logits[at] = float.NegativeInfinity;
            }
        }
    }
}
