using System.Text;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tokenization.Splitting;

namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>Puts one text in the place of every match of a pattern.</summary>
internal sealed class ReplaceNormalizer(ITextPattern pattern, string content) : INormalizer
{
    public string Normalize(string text, TextBudget budget)
    {
        var matches = pattern.Matches(text, budget);
        if (matches.Count == 0)
        {
            return text;
        }

        // A step may make every character many: its text is measured before it is made.
        long length = text.Length;
        foreach (var (start, end) in matches)
        {
            length += content.Length - (end - start);
        }

        // The result while it is built, and as a text.
        budget.Text(length);
        budget.Take(length * sizeof(char));
        var result = new StringBuilder((int)length);
        int at = 0;
        foreach (var (start, end) in matches)
        {
            result.Append(text, at, start - at).Append(content);
            at = end;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }
}
