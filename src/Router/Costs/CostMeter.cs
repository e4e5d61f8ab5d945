using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Costs;

/// <summary>
/// What each expert of a plan computes of an answer. Whoever had a part in a token computed it, whatever its weight; of an ensemble each expert read the prompt, else whoever gave
/// most of the answer.
/// </summary>
internal sealed class CostMeter(Plan plan)
{
    private readonly Dictionary<string, int> _tokens = new(StringComparer.Ordinal);

    // Most tokens come of whom the last one came of.
    private IReadOnlyList<WeightedExpert> _last = [];
    private int _same;

    public void Count(CompletionChunk chunk)
    {
        for (int i = 0; i < chunk.Tokens.Count; i++)
        {
            var experts = chunk.Tokens[i].Experts;
            if (!ReferenceEquals(experts, _last))
            {
                Flush();
                _last = experts;
            }

            _same++;
        }
    }

    /// <summary>With who computed it, where that isn't said yet.</summary>
    public Usage Onto(Usage usage) => usage.Experts.Count > 0 ? usage : usage with { Experts = Of(usage) };

    /// <param name="usage">Of the answer, as far as it is known. A remote model's tokens are counted by whoever is paid for them; what comes here are parts of text.</param>
    /// <returns>Who computed any of it.</returns>
    public IReadOnlyList<ExpertUsage> Of(Usage usage)
    {
        int promptTokens = usage.PromptTokens;
        if (plan.Remote is not null && usage.CompletionTokens > 0)
        {
            return [Usage(plan.Experts[0].Name, promptTokens, usage.CompletionTokens)];
        }

        Flush();
        string reader = _tokens.Count > 0 ? _tokens.MaxBy(t => t.Value).Key : plan.Experts[0].Name;
        _tokens.TryAdd(reader, 0);
        return
        [
            .. _tokens.Select(t => Usage(t.Key, plan.Form == MergeForm.Ensemble || t.Key == reader ? promptTokens : 0, t.Value)).OrderByDescending(e => e.CompletionTokens).ThenBy(e => e.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Two accounts as one.</summary>
    public static IReadOnlyList<ExpertUsage> Sum(IEnumerable<ExpertUsage> one, IEnumerable<ExpertUsage> other) =>
    [
        .. one.Concat(other).GroupBy(e => e.Name, StringComparer.Ordinal)
            .Select(g => new ExpertUsage(g.Key, g.Sum(e => e.PromptTokens), g.Sum(e => e.CompletionTokens), g.Sum(e => e.Cost))),
    ];

    private ExpertUsage Usage(string name, int prompt, int completion)
    {
        double cost = plan.Experts.Where(e => e.Name == name).Select(e => e.Cost).DefaultIfEmpty(RoutableExpert.UsualCost).First();
        return new ExpertUsage(name, prompt, completion, cost * ((double)prompt + completion));
    }

    private void Flush()
    {
        foreach (var expert in _last)
        {
            if (expert.Weight > 0 && _same > 0)
            {
                _tokens[expert.Name] = _tokens.GetValueOrDefault(expert.Name) + _same;
            }
        }

        _same = 0;
    }
}
