using System.Text;

namespace ExpertCluster.Architecture.Tests;

/// <summary>
/// C# without comments and without the insides of strings, line numbers kept. What stands between the braces of an
/// interpolated string is code, and stays.
/// </summary>
internal static class SourceText
{
    public static string CodeOnly(string source)
    {
        var code = new StringBuilder(source.Length);
        Scan(source, 0, code, inHole: false);
        return code.ToString();
    }

    /// <returns>The index behind the end, or in a string's hole of the brace that closes it.</returns>
    private static int Scan(string source, int i, StringBuilder code, bool inHole)
    {
        int depth = 0;
        while (i < source.Length)
        {
            if (inHole && source[i] is '{' or '}')
            {
                if (inHole && source[i] == '}' && depth == 0)
                {
                    return i;
                }

                depth += source[i] == '{' ? 1 : -1;
            }

            i = source[i] switch
            {
                '/' when At(source, i, "//") => SkipTo(source, i, "\n", code, keepEnd: true),
                '/' when At(source, i, "/*") => SkipTo(source, i + 2, "*/", code, keepEnd: false),
                '"' when At(source, i, "\"\"\"") => SkipRaw(source, i, code),
                '"' => SkipString(source, i, '"', code),
                '\'' => SkipString(source, i, '\'', code),
                _ => Keep(source, i, code),
            };
        }

        return i;
    }

    private static bool At(string source, int index, string text) =>
        string.CompareOrdinal(source, index, text, 0, text.Length) == 0;

    private static int Keep(string source, int index, StringBuilder code)
    {
        code.Append(source[index]);
        return index + 1;
    }

    private static int SkipTo(string source, int index, string end, StringBuilder code, bool keepEnd)
    {
        int found = source.IndexOf(end, index, StringComparison.Ordinal);
        int stop = found < 0 ? source.Length : found;
        code.Append('\n', source.AsSpan(index, stop - index).Count('\n'));
        return keepEnd || found < 0 ? stop : stop + end.Length;
    }

    private static int SkipRaw(string source, int index, StringBuilder code)
    {
        int quotes = source.AsSpan(index).IndexOfAnyExcept('"');
        int dollars = source.AsSpan(0, index).Length - source.AsSpan(0, index).TrimEnd('$').Length;
        if (quotes < 0)
        {
            return source.Length;
        }

        string end = new('"', quotes);
        string hole = new('{', Math.Max(1, dollars));
        code.Append("\"\"");
        for (index += quotes; index < source.Length && !At(source, index, end); index++)
        {
            if (dollars > 0 && At(source, index, hole))
            {
                index = Hole(source, index + dollars, code) + dollars - 1;
            }
            else if (source[index] == '\n')
            {
                code.Append('\n');
            }
        }

        return Math.Min(source.Length, index + quotes);
    }

    private static int SkipString(string source, int index, char quote, StringBuilder code)
    {
        var (verbatim, holes) = quote == '"' ? Prefix(source, index) : (false, false);
        code.Append(quote);
        for (index++; index < source.Length; index++)
        {
            char c = source[index];
            bool twice = index + 1 < source.Length && source[index + 1] == c;
            if (c == '\n')
            {
                code.Append('\n');
            }

            if (!verbatim && c == '\\')
            {
                index++;
            }
            else if (holes && c is '{' or '}' && twice)
            {
                index++;
            }
            else if (holes && c == '{')
            {
                index = Hole(source, index + 1, code);
            }
            else if (c == quote && verbatim && twice)
            {
                index++;
            }
            else if (c == quote)
            {
                break;
            }
        }

        code.Append(quote);
        return index + 1;
    }

    /// <summary>What @ and $ before the quote say.</summary>
    private static (bool Verbatim, bool Holes) Prefix(string source, int quote)
    {
        char last = quote > 0 ? source[quote - 1] : ' ';
        char before = last is '@' or '$' && quote > 1 ? source[quote - 2] : ' ';
        return (last == '@' || (last == '$' && before == '@'), last == '$' || (last == '@' && before == '$'));
    }

    private static int Hole(string source, int index, StringBuilder code)
    {
        code.Append(' ');
        index = Scan(source, index, code, inHole: true);
        code.Append(' ');
        return index;
    }
}
