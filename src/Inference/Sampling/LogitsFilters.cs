namespace ExpertCluster.Inference.Sampling;

/// <summary>
/// The filters that come with the engine, in the order they act: penalty, temperature, top-k, top-p, min-p, as Hugging Face
/// transformers applies its processors and warpers. Each of top-k, top-p and min-p sees what the one before it left.
/// </summary>
public static class LogitsFilters
{
    public static IReadOnlyList<ILogitsFilter> BuiltIn { get; } =
        [new RepetitionPenaltyFilter(), new TemperatureFilter(), new TopKFilter(), new TopPFilter(), new MinPFilter()];
}
