using System.Globalization;
using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization;

/// <summary>
/// Tries texts that bring out what costs without end: runs of one character, for which expressions backtrack, with something behind
/// that they don't match, and for which normalizers multiply. So that a tokenizer is refused when it is imported, not in a request.
/// </summary>
public static class TokenizerProbe
{
    /// <summary>Enough for expressions that take twice as long for each character, and for those that go by the square or the cube.</summary>
    private static readonly int[] Lengths = [48, 2000];

    private static readonly string[] Ends = ["", "!", "\0b "];

    /// <summary>8 KiB for each character of the longest text; what is in use needs a fortieth.</summary>
    private static readonly TextLimits Limits = TextLimits.Default with { Bytes = 16 << 20 };

    private static readonly string[] Units =
    [
        .. Enumerable.Range(0x20, 0x5F).Select(c => ((char)c).ToString()),
        "\n", "\r\n", "\t", "\u00A0", "é", "É", "ß", "я", "中", "가", "あ", "ا", "१", "½", "\u0301", "—", "…", "😀", "𐐀", "\u200D", "\uFFFD", "aB", "a1", "a ", " \n", "'s",
    ];

    /// <exception cref="TextLimitException">It can't be used; the message is the end of a sentence that begins with its name.</exception>
    public static void Check(Tokenizer tokenizer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        foreach (int length in Lengths)
        {
            foreach (string unit in Units)
            {
                foreach (string end in Ends)
                {
                    Try(tokenizer, unit, length, end, cancellation);
                }
            }
        }
    }

    private static void Try(Tokenizer tokenizer, string unit, int length, string end, CancellationToken cancellation)
    {
        string text = string.Concat(Enumerable.Repeat(unit, length)) + end;
        try
        {
            tokenizer.Encode(text, addSpecialTokens: false, Limits, cancellation);
        }
        catch (TextLimitException limit)
        {
            string points = string.Join(' ', unit.EnumerateRunes().Select(rune => string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}")));
            throw new TextLimitException($"can't be used: a text of {length} times {points} {limit.Message}");
        }
    }
}
