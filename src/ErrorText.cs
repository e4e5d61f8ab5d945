using System.Globalization;
using System.Text;

namespace ExpertCluster;

/// <summary>
/// What an error says, on one line: names and values in it are somebody else's words, and may hold line ends, what controls a terminal,
/// or a whole file. Every exception that carries a message to people makes it by this. (Contracts, Grammars and Text know no project that could have it for all: each compiles this file.)
/// </summary>
internal static class ErrorText
{
    /// <summary>UTF-16 units; what is longer lists names, or shows a file.</summary>
    public const int Longest = 2000;

    private const string Cut = "...";

    /// <param name="text">What is said.</param>
    /// <param name="longest">UTF-16 units of it that are shown.</param>
    public static string OneLine(string text, int longest = Longest)
    {
        if (text.Length <= longest && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var line = new StringBuilder(Math.Min(text.Length, longest) + Cut.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= longest)
            {
                return line.Append(Cut).ToString();
            }

            Append(line, rune);
        }

        return line.ToString();
    }

    /// <summary>Halves of surrogate pairs have become U+FFFD by then.</summary>
    private static void Append(StringBuilder line, Rune rune)
    {
        if (rune.Value is '\r' or '\n' or '\t')
        {
            line.Append(' ');
        }
        else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || IsDirection(rune.Value))
        {
            line.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
        }
        else
        {
            line.Append(rune.ToString());
        }
    }

    /// <summary>What turns the order of the characters behind it around.</summary>
    private static bool IsDirection(int value) => value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
