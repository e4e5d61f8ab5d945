using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Tests.Support;

/// <summary>Class (newest token mod classes) is certain.</summary>
internal sealed class ClassGate(IRowScorer scorer, EngineAdapter?[] classes) : IRowGate
{
    public IRowScorer Scorer => scorer;

    public IReadOnlyList<EngineAdapter> Adapters { get; init; } = [.. classes.OfType<EngineAdapter>()];

    public int Choose(ReadOnlySpan<float> scores, Span<WeightedAdapter> chosen)
    {
        chosen[0] = new WeightedAdapter(classes[scores.IndexOf(1)], 1);
        return 1;
    }
}
