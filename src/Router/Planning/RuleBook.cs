using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>The catalogue's rules, made ready for matching. Immutable, thread-safe.</summary>
internal sealed class RuleBook(IReadOnlyList<RoutingRule> rules)
{
    /// <summary>By the rule's place.</summary>
    private readonly KeywordTree _keywords = new([.. rules.Select(rule => rule.Keywords)]);

    /// <summary>What holds for a request, in the catalogue's order.</summary>
    public IReadOnlyList<RoutingRule> Match(CompletionRequest request)
    {
        List<RoutingRule>? met = null;
        HashSet<int>? found = null;
        for (int i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            if (rule.Headers.All(h => request.Header?.Invoke(h.Key) == h.Value)
                && rule.WhenLabels.All(request.Routing.Labels.Contains)
                && (rule.Keywords.Count == 0 || (found ??= _keywords.Find(GateText.Of(request))).Contains(i)))
            {
                (met ??= []).Add(rule);
            }
        }

        return met ?? (IReadOnlyList<RoutingRule>)[];
    }
}
