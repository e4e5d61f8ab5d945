namespace ExpertCluster.Inference.Generation;

/// <summary>
/// Weighs the branches of an ensemble anew for every token. Each branch computes whatever it weighs, on keys and values of its own: one that comes to weigh more needs
/// nothing read again. The weights are a function of the window alone, so a resumed sequence weighs alike.
/// </summary>
public interface IBranchGate
{
    /// <summary>Scores windows of tokens; shared by every request of a base.</summary>
    IRowScorer Scorer { get; }

    /// <summary>From the scores ([classes]) of the newest token's window to a weight of each branch: finite, 0 or above, not all 0. The engine normalises them to a sum of 1.</summary>
    void Weigh(ReadOnlySpan<float> scores, Span<float> weights);
}
