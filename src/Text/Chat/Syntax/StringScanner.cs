using System.Globalization;
using System.Text;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Syntax;

/// <summary>Text in quotes, with Python's escapes; one that is none stands for itself.</summary>
internal static class StringScanner
{
    /// <param name="source">For errors.</param>
    /// <param name="text">The template.</param>
    /// <param name="start">Of the quote.</param>
    /// <param name="quote">Which it is.</param>
    public static (int End, string Value) Scan(TemplateSource source, string text, int start, char quote)
    {
        var value = new StringBuilder();
        int at = start + 1;
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\')
            {
                at = Escape(source, text, at, value);
            }
            else
            {
                value.Append(text[at++]);
            }
        }

        return at < text.Length ? (at + 1, value.ToString()) : throw source.Error(start, "the string has no end");
    }

    /// <returns>Where it ends.</returns>
    private static int Escape(TemplateSource source, string text, int at, StringBuilder value)
    {
        char c = at + 1 < text.Length ? text[at + 1] : '\0';
        int digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            return Code(source, text, at, digits, value);
        }

        if (c is >= '0' and <= '7')
        {
            int end = at + 1;
            int code = 0;
            while (end < text.Length && end < at + 4 && text[end] is >= '0' and <= '7')
            {
                code = (code * 8) + (text[end++] - '0');
            }

            value.Append((char)code);
            return end;
        }

        if (c == 'N')
        {
            throw source.Unsupported(at, "the escape \\N");
        }

        string? known = c switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '\\' or '\'' or '"' => c.ToString(),
            '\n' => "",
            _ => null,
        };
        value.Append(known ?? "\\");
        return known is null ? at + 1 : at + 2;
    }

    private static int Code(TemplateSource source, string text, int at, int digits, StringBuilder value)
    {
        int end = at + 2 + digits;
        if (end > text.Length || !uint.TryParse(text.AsSpan(at + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code) || code > 0x10FFFF)
        {
            throw source.Error(at, $"the escape \\{text[at + 1]} needs {digits} hexadecimal digits");
        }

        _ = code > char.MaxValue ? value.Append(char.ConvertFromUtf32((int)code)) : value.Append((char)code);
        return end;
    }
}
