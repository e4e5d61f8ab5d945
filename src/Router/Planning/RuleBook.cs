using System.Buffers;
using System.Globalization;
using System.Text;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>The catalogue's rules, made ready for matching. Immutable, thread-safe.</summary>
internal sealed class RuleBook(IReadOnlyList<RoutingRule> rules)
{
    private readonly (RoutingRule Rule, SearchValues<string>? Keywords)[] _rules =
        [.. rules.Select(rule => (rule, rule.Keywords.Count == 0 ? null : SearchValues.Create([.. rule.Keywords], StringComparison.OrdinalIgnoreCase)))];

    /// <summary>What holds for a request, in the catalogue's order.</summary>
    public IReadOnlyList<RoutingRule> Match(CompletionRequest request)
    {
        List<RoutingRule>? met = null;
        string? text = null;
        foreach (var (rule, keywords) in _rules)
        {
            if (rule.Headers.All(h => request.Header?.Invoke(h.Key) == h.Value)
                && rule.WhenLabels.All(request.Routing.Labels.Contains)
                && (keywords is null || Has(text ??= GateText.Of(request), rule.Keywords, keywords)))
            {
                (met ??= []).Add(rule);
            }
        }

        return met ?? (IReadOnlyList<RoutingRule>)[];
    }

    /// <summary>Whether a keyword stands in a text as a word: "port" is not in "report".</summary>
    private static bool Has(ReadOnlySpan<char> text, IReadOnlyList<string> keywords, SearchValues<string> search)
    {
        for (int from = 0; text[from..].IndexOfAny(search) is >= 0 and var found;)
        {
            int at = from + found;
            foreach (string keyword in keywords)
            {
                if (text[at..].StartsWith(keyword, StringComparison.OrdinalIgnoreCase)
                    && IsEdge(text[..at], isBefore: true) && IsEdge(text[(at + keyword.Length)..], isBefore: false))
                {
                    return true;
                }
            }

            from = at + 1;
        }

        return false;
    }

    /// <summary>Whether a word can end, or begin, beside these: they are empty, or begin or end with what is no part of a word.</summary>
    private static bool IsEdge(ReadOnlySpan<char> beside, bool isBefore)
    {
        var read = isBefore ? Rune.DecodeLastFromUtf16(beside, out var rune, out _) : Rune.DecodeFromUtf16(beside, out rune, out _);

        // Letters without case stand in scripts that put no spaces between words, among others.
        return read != OperationStatus.Done || !(Rune.IsLetterOrDigit(rune) || rune.Value == '_') || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherLetter;
    }
}
