using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Gating;

/// <summary>
/// Chooses among a request's experts for every token: the k best of the gate's classes that the plan names, by the token's scores times what the plan
/// thinks of each (<see cref="PlanPrior"/>). Classes outside the plan don't count; weights are those of the chosen, normalised to 1.
/// </summary>
internal sealed class TokenRowGate : IRowGate
{
    private readonly TokenCandidate[] _candidates;
    private readonly float[] _priors;
    private readonly int _k;

    /// <param name="scorer">The base's gate.</param>
    /// <param name="candidates">Every expert in the plan; not empty.</param>
    /// <param name="k">Experts a token mixes, at least 1.</param>
    public TokenRowGate(IRowScorer scorer, IEnumerable<TokenCandidate> candidates, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        Scorer = scorer;

        // In the gate's order, whatever the plan's: requests whose scores differ a little choose alike, and share their prompts.
        _candidates = [.. candidates.OrderBy(c => c.Class)];
        ArgumentOutOfRangeException.ThrowIfZero(_candidates.Length, nameof(candidates));
        Adapters = [.. _candidates.Select(c => c.Adapter).OfType<EngineAdapter>()];
        _k = k;
        int[] levels = PlanPrior.LevelsOf([.. _candidates.Select(c => c.Weight)]);
        _priors = [.. levels.Select(PlanPrior.FactorOf)];

        // A base has one scorer, so the candidates and their number say it all.
        Identity = FormattableString.Invariant($"{k}") + string.Concat(_candidates.Zip(levels, (c, level) =>
            FormattableString.Invariant($" {c.Class}:{c.Adapter?.Digest ?? "-"}:{level}")));
    }

    public IRowScorer Scorer { get; }

    public IReadOnlyList<EngineAdapter> Adapters { get; }

    public string Identity { get; }

    public int Choose(ReadOnlySpan<float> scores, Span<WeightedAdapter> chosen)
    {
        int want = Math.Min(Math.Min(_k, chosen.Length), _candidates.Length);
        int have = 0;
        for (int i = 0; i < _candidates.Length; i++)
        {
            var (at, adapter, _) = _candidates[i];
            Insert(chosen[..want], ref have, new WeightedAdapter(adapter, scores[at] * _priors[i]));
        }

        float sum = 0;
        for (int i = 0; i < have; i++)
        {
            sum += chosen[i].Weight;
        }

        for (int i = 0; i < have; i++)
        {
            chosen[i] = chosen[i] with { Weight = sum > 0 ? chosen[i].Weight / sum : 1f / have };
        }

        return have;
    }

    /// <summary>Keeps the best first; of equals the earlier candidate stays ahead, so the choice is deterministic.</summary>
    private static void Insert(Span<WeightedAdapter> best, ref int have, WeightedAdapter candidate)
    {
        int at = have;
        while (at > 0 && best[at - 1].Weight < candidate.Weight)
        {
            at--;
        }

        if (at >= best.Length)
        {
            return;
        }

        int last = Math.Min(have, best.Length - 1);
        for (int i = last; i > at; i--)
        {
            best[i] = best[i - 1];
        }

        best[at] = candidate;
        have = Math.Min(have + 1, best.Length);
    }
}

/// <summary>An expert that a token may go to.</summary>
/// <param name="Class">Of the base's gate.</param>
/// <param name="Adapter">Null: the base alone.</param>
/// <param name="Weight">The plan's: what the request gate, or the caller, gives it.</param>
internal readonly record struct TokenCandidate(int Class, EngineAdapter? Adapter, double Weight);
