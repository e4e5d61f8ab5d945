using System.Text;

namespace ExpertCluster.Architecture.Tests;

/// <summary>C# without comments and without the insides of strings, line numbers kept.</summary>
internal static class SourceText
{
    public static string CodeOnly(string source)
    {
        var code = new StringBuilder(source.Length);
        for (int i = 0; i < source.Length;)
        {
            i = source[i] switch
            {
                '/' when At(source, i, "//") => SkipTo(source, i, "\n", code, keepEnd: true),
                '/' when At(source, i, "/*") => SkipTo(source, i + 2, "*/", code, keepEnd: false),
                '"' when At(source, i, "\"\"\"") => SkipRaw(source, i, code),
                '"' => SkipString(source, i, '"', verbatim: i > 0 && source[i - 1] is '@' or '$' && IsVerbatim(source, i), code),
                '\'' => SkipString(source, i, '\'', verbatim: false, code),
                _ => Keep(source, i, code),
            };
        }

        return code.ToString();
    }

    private static bool At(string source, int index, string text) =>
        string.CompareOrdinal(source, index, text, 0, text.Length) == 0;

    private static bool IsVerbatim(string source, int quote) =>
        source[quote - 1] == '@' || (quote > 1 && source[quote - 1] == '$' && source[quote - 2] == '@');

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
        int quotes = 3;
        while (index + quotes < source.Length && source[index + quotes] == '"')
        {
            quotes++;
        }

        code.Append("\"\"");
        return SkipTo(source, index + quotes, new string('"', quotes), code, keepEnd: false);
    }

    private static int SkipString(string source, int index, char quote, bool verbatim, StringBuilder code)
    {
        code.Append(quote);
        for (index++; index < source.Length; index++)
        {
            if (source[index] == '\n')
            {
                code.Append('\n');
            }

            if (!verbatim && source[index] == '\\')
            {
                index++;
            }
            else if (source[index] == quote)
            {
                if (!verbatim || index + 1 >= source.Length || source[index + 1] != quote)
                {
                    break;
                }

                index++;
            }
        }

        code.Append(quote);
        return index + 1;
    }
}
