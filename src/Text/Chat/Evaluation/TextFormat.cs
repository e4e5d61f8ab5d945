using System.Globalization;
using System.Text;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Python's text % values, of the codes s, r, d, i, f and x, with flags, width and precision.</summary>
internal static class TextFormat
{
    private const int Widest = 1000;

    public static string Of(string format, IReadOnlyList<object?> values, RenderBudget budget, Func<string, ChatTemplateException> error)
    {
        budget.Text(format.Length);
        var text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            i++;
            int start = i;
            while (i < format.Length && format[i] is '-' or '+' or ' ' or '0' or '#')
            {
                i++;
            }

            string flags = format[start..i];
            int width = Digits(format, ref i) ?? 0;
            int? precision = null;
            if (i < format.Length && format[i] == '.')
            {
                i++;
                precision = Digits(format, ref i) ?? 0;
            }

            if (i >= format.Length || width > Widest || precision > Widest)
            {
                throw error($"is no format, or wider than {Widest}");
            }

            string part = format[i] == '%' ? "%" : Part(format[i], flags, precision, next < values.Count ? values[next++] : throw error("has fewer values than its format"), budget, error);
            part = Pad(part, flags, width, format[i]);
            budget.Text(part.Length);
            RenderBudget.CheckLength((long)text.Length + part.Length);
            text.Append(part);
        }

        // Python takes what could be a mapping for one, of which a format may leave all out.
        bool isMapping = next == 0 && values is [List<object?> and not PythonTuple or Dictionary<string, object?> or Undefined];
        return next == values.Count || isMapping ? text.ToString() : throw error("has more values than its format");
    }

    private static string Part(char code, string flags, int? precision, object? value, RenderBudget budget, Func<string, ChatTemplateException> error)
    {
        switch (code)
        {
            case 's':
                string text = PythonText.Of(value, budget);
                return precision is { } most && most < text.Length ? text[..most] : text;
            case 'r':
                return PythonText.Of(new PythonTuple([value]), budget) is var tuple ? tuple[1..^2] : "";
            case 'd' or 'i' or 'x' or 'f' when Numbers.Of(value) is { } number:
                string digits = code switch
                {
                    'f' => number.Real.ToString($"F{precision ?? 6}", CultureInfo.InvariantCulture),
                    'x' => number.Whole.ToString("x", CultureInfo.InvariantCulture),
                    _ => number.IsWhole ? number.Whole.ToString(CultureInfo.InvariantCulture) : Math.Truncate(number.Real).ToString("F0", CultureInfo.InvariantCulture),
                };
                return digits.StartsWith('-') ? digits : flags.Contains('+', StringComparison.Ordinal) ? $"+{digits}" : flags.Contains(' ', StringComparison.Ordinal) ? $" {digits}" : digits;
            case 'd' or 'i' or 'x' or 'f':
                throw error($"needs a number for %{code}, not {Values.Describe(value)}");
            default:
                throw error($"does not know %{code}");
        }
    }

    private static string Pad(string part, string flags, int width, char code)
    {
        if (flags.Contains('-', StringComparison.Ordinal))
        {
            return part.PadRight(width);
        }

        if (code is 's' or 'r' or '%' || !flags.Contains('0', StringComparison.Ordinal))
        {
            return part.PadLeft(width);
        }

        int sign = part.Length > 0 && part[0] is '-' or '+' or ' ' ? 1 : 0;
        return part[..sign] + part[sign..].PadLeft(width - sign, '0');
    }

    private static int? Digits(string format, ref int at)
    {
        int start = at;
        while (at < format.Length && char.IsAsciiDigit(format[at]))
        {
            at++;
        }

        return at == start ? null : int.TryParse(format.AsSpan(start, at - start), CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue;
    }
}
