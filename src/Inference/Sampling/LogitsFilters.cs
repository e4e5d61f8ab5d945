namespace ExpertCluster.Inference.Sampling;

/// <summary>
/// The filters in the order they act: penalty, temperature, top-k, top-p, min-p, as Hugging Face transformers applies
/// its processors and warpers. Each of top-k, top-p and min-p sees what the one before it left.
/// </summary>
internal static class LogitsFilters
{
    /// <summary>What changes logits before a greedy choice too.</summary>
    public static readonly ILogitsFilter[] Processors = [new RepetitionPenaltyFilter()];

    /// <summary>What shapes the distribution that is drawn from.</summary>
    public static readonly ILogitsFilter[] Warpers =
        [new TemperatureFilter(), new TopKFilter(), new TopPFilter(), new MinPFilter()];
}
