using System.Globalization;
using System.Text;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>tojson as transformers has it: Python's json.dumps that keeps what is not ASCII.</summary>
internal static class JsonText
{
    public static string Write(object? value, CallContext call)
    {
        // The order in which transformers has them; Jinja itself knows the indent only.
        object?[] arguments = call.Bind("ensure_ascii", "indent", "separators", "sort_keys");
        if (Values.IsTrue(arguments[0]) || arguments[2] is not null || Values.IsTrue(arguments[3]))
        {
            throw call.Error("takes no ensure_ascii, separators or sort_keys");
        }

        object? indent = arguments[1];
        if (indent is not (null or long and >= 0 and <= 16))
        {
            throw call.Error("needs an indent from 0 to 16");
        }

        var text = new StringBuilder();
        Write(value, (int?)(long?)indent, 0, text, call);
        call.Frame.Budget.Text(text.Length);
        call.Frame.Budget.Take((long)text.Length * sizeof(char));
        return text.ToString();
    }

    private static void Write(object? value, int? indent, int depth, StringBuilder text, CallContext call)
    {
        call.Frame.Budget.Step();
        RenderBudget.CheckLength(text.Length);
        Values.CheckDepth(depth);
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case long number:
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case Fraction fraction:
                text.Append(fraction.Text);
                break;
            case string literal:
                Quote(literal, text, call);
                break;
            case List<object?> list:
                call.Frame.Budget.Items(2L * list.Count);
                Block('[', ']', [.. list.Select(item => ((string?)null, item))]);
                break;
            case Dictionary<string, object?> map:
                call.Frame.Budget.Items(2L * map.Count);
                Block('{', '}', [.. map.Select(pair => ((string?)pair.Key, pair.Value))]);
                break;
            default:
                throw call.Error($"cannot write {Values.Describe(value)}");
        }

        void Block(char open, char close, List<(string? Name, object? Value)> items)
        {
            text.Append(open);
            for (int i = 0; i < items.Count; i++)
            {
                text.Append(i == 0 ? "" : indent is null ? ", " : ",");
                NewLine(depth + 1);
                if (items[i].Name is { } name)
                {
                    Quote(name, text, call);
                    text.Append(": ");
                }

                Write(items[i].Value, indent, depth + 1, text, call);
            }

            if (items.Count > 0)
            {
                NewLine(depth);
            }

            text.Append(close);
        }

        void NewLine(int level)
        {
            if (indent is { } width)
            {
                text.Append('\n').Append(' ', width * level);
            }
        }
    }

    private static void Quote(string literal, StringBuilder text, CallContext call)
    {
        // An escape is six characters at most.
        call.Frame.Budget.Spend(literal.Length);
        RenderBudget.CheckLength(text.Length + (6L * literal.Count(char.IsControl)) + literal.Length);
        text.Append('"');
        foreach (char c in literal)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
