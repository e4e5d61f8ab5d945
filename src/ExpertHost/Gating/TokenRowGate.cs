using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Gating;

/// <summary>
/// Chooses among a request's experts for every token: the k best of the gate's classes that the plan names.
/// Classes outside the plan don't count; weights are the scores of those chosen, normalised to 1.
/// </summary>
internal sealed class TokenRowGate : IRowGate
{
    private readonly (int Class, EngineAdapter? Adapter)[] _candidates;
    private readonly int _k;

    /// <param name="scorer">The base's gate.</param>
    /// <param name="candidates">Gate class and adapter (null: the base alone) of every expert in the plan; not empty.</param>
    /// <param name="k">Experts a token mixes, at least 1.</param>
    public TokenRowGate(IRowScorer scorer, IEnumerable<(int Class, EngineAdapter? Adapter)> candidates, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        Scorer = scorer;
        _candidates = [.. candidates];
        Adapters = [.. _candidates.Select(c => c.Adapter).OfType<EngineAdapter>()];
        _k = k;

        // A base has one scorer, so the candidates and their number say it all.
        Identity = FormattableString.Invariant($"{k}") + string.Concat(_candidates.Select(
            c => FormattableString.Invariant($" {c.Class}:{c.Adapter?.Digest ?? "-"}")));
        ArgumentOutOfRangeException.ThrowIfZero(_candidates.Length, nameof(candidates));
    }

    public IRowScorer Scorer { get; }

    public IReadOnlyList<EngineAdapter> Adapters { get; }

    public string Identity { get; }

    public int Choose(ReadOnlySpan<float> scores, Span<WeightedAdapter> chosen)
    {
        int want = Math.Min(Math.Min(_k, chosen.Length), _candidates.Length);
        int have = 0;
        foreach (var (at, adapter) in _candidates)
        {
            Insert(chosen[..want], ref have, new WeightedAdapter(adapter, scores[at]));
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
