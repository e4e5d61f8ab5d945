using System.Buffers;
using System.Text.RegularExpressions;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>
/// A regular expression as tokenizer.json writes them (Oniguruma's Ruby syntax), on code points. The
/// constructs whose meaning differs between that syntax and .NET's are refused by name.
/// </summary>
internal sealed class RegexPattern : ITextPattern
{
    // A guard against a pattern that backtracks without end. Those in use need milliseconds for a MiB, so that even a
    // machine with far too much to do stays below it.
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(60);

    private readonly Regex _regex;
    private readonly ShadowText _shadow;

    /// <exception cref="ArgumentException">The pattern is malformed or uses an unsupported construct.</exception>
    public RegexPattern(string pattern)
    {
        var scan = PatternScanner.Scan(pattern);
        _regex = new Regex(
            scan.Rewritten, RegexOptions.Compiled | RegexOptions.CultureInvariant | RegexOptions.Multiline, LongestMatch);
        _shadow = new ShadowText(scan.IsNamed);
    }

    public List<(int Start, int End)> Matches(ReadOnlySpan<char> text, CancellationToken cancellation)
    {
        List<(int, int)> matches = [];
        if (text.IndexOfAnyInRange('\uD800', '\uDBFF') < 0)
        {
            foreach (var match in _regex.EnumerateMatches(text))
            {
                cancellation.ThrowIfCancellationRequested();
                matches.Add((match.Index, match.Index + match.Length));
            }

            return matches;
        }

        char[] shadow = ArrayPool<char>.Shared.Rent(text.Length + 1);
        int[] places = ArrayPool<int>.Shared.Rent(text.Length + 1);
        try
        {
            int length = _shadow.Cast(text, shadow, places);
            foreach (var match in _regex.EnumerateMatches(shadow.AsSpan(0, length)))
            {
                cancellation.ThrowIfCancellationRequested();
                matches.Add((places[match.Index], places[match.Index + match.Length]));
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(shadow);
            ArrayPool<int>.Shared.Return(places);
        }

        return matches;
    }
}
