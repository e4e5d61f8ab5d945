using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>OpenAI's penalty on what the answer has, as often as it has it; what stands in the prompt alone does not count.</summary>
internal sealed class FrequencyPenaltyFilter : IBuiltInFilter
{
    public string Name => "frequency_penalty";

    public bool ReadsSeen => true;

    public bool Applies(SamplingOptions options) => options.FrequencyPenalty != 0;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var logits = candidates.Logits;
        foreach (var (token, count) in seen.GeneratedCounts)
        {
            if (candidates.IndexOf(token) is >= 0 and var at)
            {
                logits[at] -= options.FrequencyPenalty * count;
            }
        }
    }
}
