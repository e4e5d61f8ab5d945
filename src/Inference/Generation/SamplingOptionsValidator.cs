using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Inference.Generation;

/// <summary>Checks <see cref="SamplingOptions"/> by the ranges that hold everywhere; every failure names the field, its value and the limit.</summary>
public static class SamplingOptionsValidator
{
    /// <summary>Returns the failures; none means valid.</summary>
    public static IReadOnlyList<string> Validate(SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            .. SamplingRanges.Find(new Contracts.Completions.Sampling
            {
                Temperature = options.Temperature,
                TopK = options.TopK,
                TopP = options.TopP,
                MinP = options.MinP,
                RepetitionPenalty = options.RepetitionPenalty,
                PresencePenalty = options.PresencePenalty,
                FrequencyPenalty = options.FrequencyPenalty,
                LogitBias = options.LogitBias.Count == 0 ? Contracts.Completions.Sampling.Default.LogitBias : options.LogitBias.DistinctBy(b => b.Token).ToDictionary(b => b.Token, b => b.Bias),
                AllowedTokens = options.AllowedTokens,
                MinTokens = options.MinTokens,
                TopLogprobs = options.TopLogProbabilities,
                Extra = options.Extra,
            }).Select(problem => problem.Message),
        ];
    }
}
