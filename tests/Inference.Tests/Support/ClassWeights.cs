using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Tests.Support;

/// <summary>For each class, what each branch weighs: a row of the table.</summary>
internal sealed class ClassWeights(IRowScorer scorer, params float[][] table) : IBranchGate
{
    public IRowScorer Scorer => scorer;

    public void Weigh(ReadOnlySpan<float> scores, Span<float> weights) => table[scores.IndexOf(1)].CopyTo(weights);
}
