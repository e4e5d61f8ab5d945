using ExpertCluster.Gating.Serving;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Gating;

/// <summary>A base's token gate, as the batcher calls it: one batch of windows a step.</summary>
internal sealed class TokenGateScorer(TokenGate gate) : IRowScorer
{
    public int Window => gate.Window;

    public int Classes => gate.Classes.Count;

    public void Score(ReadOnlySpan<int> windows, int count, Span<float> scores) => gate.Score(windows, count, scores);
}
