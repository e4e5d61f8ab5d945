using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>Finds stretches of text: a literal or a regular expression. Immutable, thread-safe.</summary>
internal interface ITextPattern
{
    /// <summary>Matches from left to right, without overlap, as [start, end) in UTF-16 units.</summary>
    List<(int Start, int End)> Matches(ReadOnlySpan<char> text, TextBudget budget);
}
