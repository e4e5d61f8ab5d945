using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Leaves the tokens that the request allows.</summary>
internal sealed class AllowedTokensFilter : IMaskingFilter
{
    public string Name => "allowed_token_ids";

    public bool Applies(SamplingOptions options) => options.AllowedTokens.Count > 0;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        var logits = candidates.Logits;
        var kept = candidates.Scratch;
        var allowed = options.AllowedTokens;
        int count = 0;
        float largest = float.NegativeInfinity;
        for (int i = 0; i < allowed.Count; i++)
        {
            if (candidates.IndexOf(allowed[i]) is >= 0 and var at)
            {
                kept[count++] = logits[at];
                largest = Math.Max(largest, logits[at]);
            }
        }

        logits.Fill(float.NegativeInfinity);
        count = 0;
        for (int i = 0; i < allowed.Count; i++)
        {
            if (candidates.IndexOf(allowed[i]) is >= 0 and var at)
            {
                // An ensemble's probabilities may be so small that all of them are 0: then they are alike.
                logits[at] = float.IsNegativeInfinity(largest) ? 0 : kept[count];
                count++;
            }
        }
    }
}
