using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Adds what the request says to the logits of tokens.</summary>
internal sealed class LogitBiasFilter : IBuiltInFilter
{
    public string Name => "logit_bias";

    public bool Applies(SamplingOptions options) => options.LogitBias.Count > 0;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        var logits = candidates.Logits;
        for (int i = 0; i < options.LogitBias.Count; i++)
        {
            var (token, bias) = options.LogitBias[i];
            if (candidates.IndexOf(token) is >= 0 and var at)
            {
                logits[at] += bias;
            }
        }
    }
}
