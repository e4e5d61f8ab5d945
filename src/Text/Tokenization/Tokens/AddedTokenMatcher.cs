using System.Buffers;
using System.Globalization;
using System.Text;
using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Tokens;

/// <summary>
/// Finds added tokens in text, from the left, the longest at each place. The work is one
/// vectorised scan where no token begins, and bounded where many nearly do.
/// </summary>
internal sealed class AddedTokenMatcher
{
    private const int PlacesBetweenChecks = 1024;

    private readonly Node _root = new();
    private readonly SearchValues<char> _firstChars;

    public AddedTokenMatcher(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        foreach (var (text, token) in tokens)
        {
            var node = _root;
            foreach (char c in text)
            {
                if (!node.Children.TryGetValue(c, out var child))
                {
                    node.Children.Add(c, child = new Node());
                }

                node = child;
            }

            if (text.Length > 0)
            {
                node.Token = token;
            }
        }

        _firstChars = SearchValues.Create([.. _root.Children.Keys]);
    }

    /// <summary>
    /// The next token at or after <paramref name="from"/>, with the white space it swallows; null where none is left. White space that is a
    /// token itself is found all the same, as the search goes on behind the token's own text.
    /// </summary>
    /// <param name="text">Where to look.</param>
    /// <param name="covered">Where the tokens before this one end, with what they swallow.</param>
    /// <param name="from">Behind the last one's own text.</param>
    /// <param name="budget">Of the text.</param>
    /// <returns>
    /// The token, what it covers, and where the search goes on. One that takes the white space before it and lies within what the last one took
    /// covers nothing: it is none, as in Rust.
    /// </returns>
    /// <exception cref="TextLimitException">Tokens nearly begin at too many places.</exception>
    public (AddedToken Token, int Start, int End, int Next)? Next(ReadOnlySpan<char> text, int covered, int from, TextBudget budget)
    {
        int at = from;
        while (at < text.Length)
        {
            int skip = text[at..].IndexOfAny(_firstChars);
            if (skip < 0)
            {
                return null;
            }

            at += skip;
            var (token, end) = LongestAt(text, at, budget);
            if (at % PlacesBetweenChecks == 0)
            {
                budget.Check();
            }

            if (token is null)
            {
                at++;
                continue;
            }

            if (token.SingleWord && (EndsWithWord(text[..at]) || StartsWithWord(text[end..])))
            {
                at = end;
                continue;
            }

            int start = !token.StripLeft ? at : covered < at ? covered + text[covered..at].TrimEnd().Length : covered;
            return (token, start, token.StripRight ? text.Length - text[end..].TrimStart().Length : end, end);
        }

        return null;
    }

    private (AddedToken? Token, int End) LongestAt(ReadOnlySpan<char> text, int start, TextBudget budget)
    {
        AddedToken? best = null;
        int bestEnd = start;
        var node = _root;
        int i;
        for (i = start; i < text.Length && node.Children.TryGetValue(text[i], out var child); i++)
        {
            node = child;
            if (node.Token is not null)
            {
                (best, bestEnd) = (node.Token, i + 1);
            }
        }

        budget.Walk(i - start);
        return (best, bestEnd);
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    // Unicode's \w (UTS 18, annex C) save for a few alphabetic symbols such as circled letters.
    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.OtherLetter => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber => true,
        UnicodeCategory.ConnectorPunctuation => true,
        _ => rune.Value is 0x200C or 0x200D,
    };

    private sealed class Node
    {
        public Dictionary<char, Node> Children { get; } = [];

        public AddedToken? Token { get; set; }
    }
}
