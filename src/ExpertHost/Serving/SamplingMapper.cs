using ExpertCluster.Inference.Generation;
using ExpertCluster.V1;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>From the wire's sampling to the engine's.</summary>
internal static class SamplingMapper
{
    /// <param name="sampling">As routers send it.</param>
    /// <param name="banned">What its bad words are in the base's tokens.</param>
    public static SamplingOptions Map(Sampling sampling, IReadOnlyList<IReadOnlyList<int>> banned) => new()
    {
        Temperature = sampling.HasTemperature ? sampling.Temperature : 0,
        TopK = sampling.HasTopK ? sampling.TopK : 0,
        TopP = sampling.HasTopP ? sampling.TopP : 1,
        MinP = sampling.HasMinP ? sampling.MinP : 0,
        RepetitionPenalty = sampling.HasRepetitionPenalty ? sampling.RepetitionPenalty : 1,
        PresencePenalty = sampling.HasPresencePenalty ? sampling.PresencePenalty : 0,
        FrequencyPenalty = sampling.HasFrequencyPenalty ? sampling.FrequencyPenalty : 0,
        LogitBias = sampling.LogitBias.Count == 0 ? [] : [.. sampling.LogitBias.OrderBy(pair => pair.Key).Select(pair => new TokenBias(pair.Key, pair.Value))],
        AllowedTokens = sampling.AllowedTokenIds.Count == 0 ? [] : [.. sampling.AllowedTokenIds],
        BannedSequences = banned,
        MinTokens = sampling.HasMinTokens ? sampling.MinTokens : 0,
        TopLogProbabilities = sampling.HasTopLogprobs ? sampling.TopLogprobs : null,
        Seed = sampling.Seed,
        Extra = sampling.Extra.Count == 0 ? Contracts.Completions.Sampling.Default.Extra : new Dictionary<string, double>(sampling.Extra, StringComparer.Ordinal),
    };

    /// <summary>Those whose limits the engine does not know, for a check.</summary>
    public static Contracts.Completions.Sampling Lists(Sampling sampling) => new()
    {
        MaxTokens = sampling.HasMaxTokens ? sampling.MaxTokens : null,
        MinTokens = sampling is { HasMinTokens: true, MinTokens: >= 0 } ? sampling.MinTokens : null,
        BadWords = sampling.BadWords,
        StopTokens = sampling.StopTokenIds,
    };
}
