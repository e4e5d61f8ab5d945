namespace ExpertCluster.Inference.Sampling;

/// <summary>
/// The filters that come with the engine, in the order they act: what may be drawn at all, biases and penalties, as vLLM orders them; then temperature, top-k,
/// top-p, min-p, as Hugging Face transformers applies its warpers. Each of top-k, top-p and min-p sees what the one before it left.
/// </summary>
public static class LogitsFilters
{
    public static IReadOnlyList<ILogitsFilter> BuiltIn { get; } =
    [
        new AllowedTokensFilter(), new BadWordsFilter(), new LogitBiasFilter(), new MinTokensFilter(),
        new RepetitionPenaltyFilter(), new FrequencyPenaltyFilter(), new PresencePenaltyFilter(),
        new TemperatureFilter(), new TopKFilter(), new TopPFilter(), new MinPFilter(),
    ];
}
