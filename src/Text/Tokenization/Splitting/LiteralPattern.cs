using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>A fixed text, compared unit by unit.</summary>
internal sealed class LiteralPattern(string literal) : ITextPattern
{
    /// <summary>A match in a list that grows.</summary>
    public const int MatchBytes = 16;

    public List<(int Start, int End)> Matches(ReadOnlySpan<char> text, TextBudget budget)
    {
        List<(int, int)> matches = [];
        for (int at = 0; literal.Length > 0;)
        {
            budget.Check();
            int found = text[at..].IndexOf(literal, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            budget.Take(MatchBytes);
            matches.Add((at + found, at + found + literal.Length));
            at += found + literal.Length;
        }

        return matches;
    }
}
