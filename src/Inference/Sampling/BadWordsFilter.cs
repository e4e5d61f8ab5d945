using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Takes away a token that would complete a sequence which the answer may not have.</summary>
internal sealed class BadWordsFilter : IMaskingFilter
{
    public string Name => "bad_words";

    public bool ReadsSeen => true;

    public bool Applies(SamplingOptions options) => options.BannedSequences.Count > 0;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        for (int i = 0; i < options.BannedSequences.Count; i++)
        {
            var sequence = options.BannedSequences[i];
            if (EndsWithAllButTheLast(seen.Generated, sequence) && candidates.IndexOf(sequence[^1]) is >= 0 and var at)
            {
                candidates.Logits[at] = float.NegativeInfinity;
            }
        }
    }

    private static bool EndsWithAllButTheLast(ReadOnlySpan<int> generated, IReadOnlyList<int> sequence)
    {
        int before = sequence.Count - 1;
        if (generated.Length < before)
        {
            return false;
        }

        for (int i = 0; i < before; i++)
        {
            if (generated[^(before - i)] != sequence[i])
            {
                return false;
            }
        }

        return true;
    }
}
