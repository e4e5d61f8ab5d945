using System.Globalization;
using System.Text;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Python's str() and repr() of a value: what {{ }} writes, and what stands in a list that is written.</summary>
internal static class PythonText
{
    /// <summary>str(): the text itself, nothing for what is undefined, and repr() of all else.</summary>
    public static string Of(object? value, RenderBudget budget) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Written(value, budget),
    };

    private static string Written(object? value, RenderBudget budget)
    {
        if (value is not (List<object?> or Dictionary<string, object?> or Namespace))
        {
            return Simple(value);
        }

        var text = new StringBuilder();
        Write(value, text, 0, budget);
        budget.Text(text.Length);
        return text.ToString();
    }

    private static string Simple(object? value) => value switch
    {
        null => "None",
        true => "True",
        false => "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Numbers.Text(number),
        Fraction fraction => fraction.Text,
        Undefined => "Undefined",
        _ => $"<{Values.Describe(value)}>",
    };

    private static void Write(object? value, StringBuilder text, int depth, RenderBudget budget)
    {
        budget.Step();
        Values.CheckDepth(depth);
        RenderBudget.CheckLength(text.Length);
        switch (value)
        {
            case string literal:
                Quote(literal, text, budget);
                break;
            case List<object?> list:
                bool isTuple = list is PythonTuple;
                Join(isTuple ? "(" : "[", isTuple ? list.Count == 1 ? ",)" : ")" : "]", list, item => Write(item, text, depth + 1, budget), text);
                break;
            case Dictionary<string, object?> map:
                Join("{", "}", map, pair => Pair(pair.Key, pair.Value), text);
                break;
            case Namespace space:
                text.Append("<Namespace ");
                Write(space.Members, text, depth + 1, budget);
                text.Append('>');
                break;
            default:
                text.Append(Simple(value));
                break;
        }

        void Pair(string key, object? member)
        {
            Quote(key, text, budget);
            text.Append(": ");
            Write(member, text, depth + 1, budget);
        }
    }

    private static void Join<T>(string open, string close, IEnumerable<T> items, Action<T> write, StringBuilder text)
    {
        text.Append(open);
        bool first = true;
        foreach (var item in items)
        {
            text.Append(first ? "" : ", ");
            first = false;
            write(item);
        }

        text.Append(close);
    }

    /// <summary>In single quotes, unless it has some and no double ones.</summary>
    private static void Quote(string literal, StringBuilder text, RenderBudget budget)
    {
        budget.Spend(literal.Length);
        RenderBudget.CheckLength(text.Length + literal.Length);
        char quote = literal.Contains('\'', StringComparison.Ordinal) && !literal.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        text.Append(quote);
        foreach (var rune in literal.EnumerateRunes())
        {
            Escape(rune, quote, text);
        }

        text.Append(quote);
    }

    private static void Escape(Rune rune, char quote, StringBuilder text)
    {
        _ = rune.Value switch
        {
            '\\' => text.Append("\\\\"),
            '\n' => text.Append("\\n"),
            '\r' => text.Append("\\r"),
            '\t' => text.Append("\\t"),
            _ when rune.Value == quote => text.Append('\\').Append(quote),
            _ when IsPrintable(rune) => text.Append(rune.ToString()),
            < 0x100 => text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
            < 0x10000 => text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            _ => text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
        };
    }

    /// <summary>As str.isprintable(): no control, format, surrogate, private or unassigned character, and no separator but the blank.</summary>
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
