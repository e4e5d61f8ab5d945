using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Gating;

/// <summary>
/// Chooses among a request's experts for every token: the k best of the gate's classes that the plan names, by the token's scores times what the plan
/// thinks of each (<see cref="PlanPrior"/>). Classes outside the plan don't count; weights are those of the chosen, normalised to 1. Where one is chosen, it may stay until another
/// one is likelier by a margin.
/// </summary>
internal sealed class TokenRowGate : IRowGate
{
    private readonly TokenCandidate[] _candidates;
    private readonly float[] _priors;
    private readonly int _k;
    private readonly float _margin;

    /// <param name="scorer">The base's gate.</param>
    /// <param name="candidates">Every expert in the plan; not empty.</param>
    /// <param name="k">Experts a token mixes, at least 1.</param>
    /// <param name="margin">Of probability among the candidates, by which another expert has to be likelier than that of the token before; with a k of 1.</param>
    public TokenRowGate(IRowScorer scorer, IEnumerable<TokenCandidate> candidates, int k, double margin = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        Scorer = scorer;

        // In the gate's order, whatever the plan's: requests whose scores differ a little choose alike, and share their prompts.
        _candidates = [.. candidates.OrderBy(c => c.Class)];
        ArgumentOutOfRangeException.ThrowIfZero(_candidates.Length, nameof(candidates));
        Adapters = [.. _candidates.Select(c => c.Adapter).OfType<EngineAdapter>()];
        _k = k;
        _margin = k == 1 ? (float)margin : 0;
        int[] levels = PlanPrior.LevelsOf([.. _candidates.Select(c => c.Weight)]);
        _priors = [.. levels.Select(PlanPrior.FactorOf)];

        // A base has one scorer, so the candidates and their number say it all.
        Identity = FormattableString.Invariant($"{k}") + string.Concat(_candidates.Zip(levels, (c, level) =>
            FormattableString.Invariant($" {c.Class}:{c.Adapter?.Digest ?? "-"}:{level}")));
        if (IsSticky)
        {
            Identity += FormattableString.Invariant($" margin {_margin}");
        }
    }

    public IRowScorer Scorer { get; }

    public IReadOnlyList<EngineAdapter> Adapters { get; }

    public string Identity { get; }

    public bool IsSticky => _margin > 0;

    public int Choose(ReadOnlySpan<float> scores, IReadOnlyList<WeightedAdapter>? before, Span<WeightedAdapter> chosen)
    {
        int count = Choose(scores, chosen);
        if (!IsSticky || before is not [var incumbent, ..])
        {
            return count;
        }

        float total = 0, largest = 0, its = float.NegativeInfinity;
        for (int i = 0; i < _candidates.Length; i++)
        {
            float score = scores[_candidates[i].Class] * _priors[i];
            total += score;
            largest = Math.Max(largest, score);
            its = _candidates[i].Adapter == incumbent.Adapter ? score : its;
        }

        if (largest - its <= _margin * total)
        {
            chosen[0] = new WeightedAdapter(incumbent.Adapter, 1);
        }

        return count;
    }

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
