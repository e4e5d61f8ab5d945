using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Tests.Support;

/// <summary>Of two adapters, that of the row before, unless the newest token is a multiple of five; the first for a sequence's first row.</summary>
internal sealed class StickyGate(EngineAdapter first, EngineAdapter second) : IRowGate
{
    public const int Every = 5;

    public IRowScorer Scorer { get; } = new ModuloScorer(1, Every);

    public IReadOnlyList<EngineAdapter> Adapters => [first, second];

    public string? Identity => "sticky";

    public bool IsSticky => true;

    public int Choose(ReadOnlySpan<float> scores, Span<WeightedAdapter> chosen) => throw new NotSupportedException();

    public int Choose(ReadOnlySpan<float> scores, IReadOnlyList<WeightedAdapter>? before, Span<WeightedAdapter> chosen)
    {
        bool wasSecond = before is [var one] && one.Adapter == second;
        chosen[0] = new WeightedAdapter(wasSecond == (scores[0] == 1) ? first : second, 1);
        return 1;
    }
}
