using ExpertCluster.Gating.Serving;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Gating;

/// <summary>A base's token gate, as the batcher calls it: one batch of windows a step. Rows are scored together only when they share this object.</summary>
/// <param name="gate">This one's own.</param>
/// <param name="files">What it was read from: kept, so that a host that starts anew finds them.</param>
internal sealed class TokenGateScorer(TokenGate gate, IDisposable files) : IRowScorer, IDisposable
{
    public int Window => gate.Window;

    public int Classes => gate.Classes.Count;

    /// <summary>The gate's class of an expert; negative: it was not taught.</summary>
    public int ClassOf(string expert)
    {
        for (int i = 0; i < gate.Classes.Count; i++)
        {
            if (gate.Classes[i] == expert)
            {
                return i;
            }
        }

        return -1;
    }

    public void Score(ReadOnlySpan<int> windows, int count, Span<float> scores) => gate.Score(windows, count, scores);

    public void Dispose()
    {
        gate.Dispose();
        files.Dispose();
    }
}
