using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Gating;

/// <summary>
/// Weighs the experts of an ensemble for every token: by the token's scores times what the plan thinks of each (<see cref="PlanPrior"/>). Classes outside the plan
/// don't count.
/// </summary>
internal sealed class TokenBranchGate : IBranchGate
{
    private readonly int[] _classes;
    private readonly float[] _priors;

    /// <param name="scorer">The base's gate.</param>
    /// <param name="branches">Every expert of the ensemble, in the order of its branches; not empty.</param>
    public TokenBranchGate(IRowScorer scorer, IReadOnlyList<TokenCandidate> branches)
    {
        ArgumentOutOfRangeException.ThrowIfZero(branches.Count, nameof(branches));
        Scorer = scorer;
        _classes = [.. branches.Select(b => b.Class)];
        _priors = [.. PlanPrior.LevelsOf([.. branches.Select(b => b.Weight)]).Select(PlanPrior.FactorOf)];
    }

    public IRowScorer Scorer { get; }

    public void Weigh(ReadOnlySpan<float> scores, Span<float> weights)
    {
        float sum = 0;
        for (int i = 0; i < _classes.Length; i++)
        {
            weights[i] = scores[_classes[i]] * _priors[i];
            sum += weights[i];
        }

        // The gate is sure of somebody else: then none of these is better than another.
        if (sum == 0)
        {
            weights.Fill(1);
        }
    }
}
