using System.Text.RegularExpressions;
using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>
/// A regular expression as tokenizer.json writes them (Oniguruma's Ruby syntax), on code points. The
/// constructs whose meaning differs between that syntax and .NET's are refused by name. What backtracks without end is stopped by the
/// clock. RegexOptions.NonBacktracking is no way around that: those in use look ahead, which it can't, and of what it can it finds
/// other matches (.NET 10: ".?\d" misses the second line's first digit in "1 ab\n1a1").
/// </summary>
internal sealed class RegexPattern : ITextPattern
{
    /// <summary>
    /// Nothing stops a match but its own time, which can't be told to a match, only to an expression: so there is one for texts of each
    /// length, with some ten times what a match of the whole text needs. It goes by the wall's clock: a match that is stopped is tried again as long as its text has
    /// processor time left, for it may be the machine that stood still.
    /// </summary>
    private static readonly (int Longest, TimeSpan Time)[] Lengths =
    [
        (1 << 16, TimeSpan.FromMilliseconds(100)), (1 << 19, TimeSpan.FromMilliseconds(400)), (int.MaxValue, TimeSpan.FromSeconds(2)),
    ];

    private const int MatchesBetweenChecks = 256;

    private readonly Lazy<Regex>[] _regexes;
    private readonly ShadowText _shadow;

    /// <exception cref="ArgumentException">The pattern is malformed or uses an unsupported construct.</exception>
    public RegexPattern(string pattern)
    {
        var scan = PatternScanner.Scan(pattern);
        string rewritten = scan.Rewritten;
        _regexes = Array.ConvertAll(Lengths, length => new Lazy<Regex>(
            () => new Regex(rewritten, RegexOptions.Compiled | RegexOptions.CultureInvariant | RegexOptions.Multiline, length.Time)));

        // Here, for a malformed pattern is to be told of now; the others follow when a long text comes.
        _ = _regexes[0].Value;
        _shadow = new ShadowText(scan.IsNamed);
    }

    public List<(int Start, int End)> Matches(ReadOnlySpan<char> text, TextBudget budget)
    {
        if (text.IndexOfAnyInRange('\uD800', '\uDBFF') < 0)
        {
            return Find(text, [], budget);
        }

        budget.Take((sizeof(char) + sizeof(int)) * (text.Length + 1L));
        char[] shadow = LargeArrays<char>.Rent(text.Length + 1);
        int[] places = LargeArrays<int>.Rent(text.Length + 1);
        try
        {
            int length = _shadow.Cast(text, shadow, places);
            return Find(shadow.AsSpan(0, length), places, budget);
        }
        finally
        {
            LargeArrays<char>.Return(shadow);
            LargeArrays<int>.Return(places);
        }
    }

    /// <param name="text">Or its shadow.</param>
    /// <param name="places">Of the shadow's units in the text; empty where the text is its own.</param>
    /// <param name="budget">What may be spent.</param>
    private List<(int Start, int End)> Find(ReadOnlySpan<char> text, ReadOnlySpan<int> places, TextBudget budget)
    {
        var regex = _regexes[0].Value;
        for (int i = 1; text.Length > Lengths[i - 1].Longest; i++)
        {
            regex = _regexes[i].Value;
        }

        List<(int, int)> matches = [];
        long begun = budget.BeginMatching();
        int from = 0;
        while (true)
        {
            try
            {
                foreach (var match in regex.EnumerateMatches(text, from))
                {
                    int end = match.Index + match.Length;
                    matches.Add(places.IsEmpty ? (match.Index, end) : (places[match.Index], places[end]));
                    from = match.Length == 0 ? end + 1 : end;
                    budget.Check();
                    budget.Take(LiteralPattern.MatchBytes);
                    if (matches.Count % MatchesBetweenChecks == 0)
                    {
                        budget.EndMatching(begun);
                        begun = budget.BeginMatching();
                    }
                }

                budget.EndMatching(begun);
                return matches;
            }
            catch (RegexMatchTimeoutException)
            {
                budget.Check();
                budget.EndMatching(begun);
                begun = budget.BeginMatching();
            }
        }
    }
}
