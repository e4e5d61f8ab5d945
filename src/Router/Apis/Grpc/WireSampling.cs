using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>From the wire's sampling to ours.</summary>
internal static class WireSampling
{
    public static Sampling Read(V1.Sampling sampling) => new()
    {
        MaxTokens = sampling.HasMaxTokens ? sampling.MaxTokens : null,
        Temperature = sampling.HasTemperature ? sampling.Temperature : null,
        TopK = sampling.HasTopK ? sampling.TopK : null,
        TopP = sampling.HasTopP ? sampling.TopP : null,
        MinP = sampling.HasMinP ? sampling.MinP : null,
        RepetitionPenalty = sampling.HasRepetitionPenalty ? sampling.RepetitionPenalty : null,
        PresencePenalty = sampling.HasPresencePenalty ? sampling.PresencePenalty : null,
        FrequencyPenalty = sampling.HasFrequencyPenalty ? sampling.FrequencyPenalty : null,
        LogitBias = sampling.LogitBias.Count == 0 ? Sampling.Default.LogitBias : new Dictionary<int, float>(sampling.LogitBias),
        AllowedTokens = [.. sampling.AllowedTokenIds],
        BadWords = [.. sampling.BadWords],
        MinTokens = sampling.HasMinTokens ? sampling.MinTokens : null,
        StopTokens = [.. sampling.StopTokenIds],
        TopLogprobs = sampling.HasTopLogprobs ? sampling.TopLogprobs : null,
        Seed = sampling.HasSeed ? sampling.Seed : null,
        Stop = [.. sampling.Stop],
        IgnoreEos = sampling.IgnoreEos,
        Extra = sampling.Extra.Count == 0 ? Sampling.Default.Extra : new Dictionary<string, double>(sampling.Extra, StringComparer.Ordinal),
    };
}
