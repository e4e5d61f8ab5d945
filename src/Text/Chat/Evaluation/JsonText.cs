using System.Globalization;
using System.Text;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>tojson as transformers has it: Python's json.dumps, which keeps what is not ASCII unless told otherwise.</summary>
internal sealed class JsonText
{
    private readonly CallContext _call;
    private readonly StringBuilder _text = new();
    private readonly int? _indent;
    private readonly string _between;
    private readonly string _behindName;
    private readonly bool _ascii;
    private readonly bool _sorted;

    private JsonText(CallContext call)
    {
        _call = call;

        // The order in which transformers has them; Jinja itself knows the indent only.
        object?[] arguments = call.Bind("ensure_ascii", "indent", "separators", "sort_keys");
        (_ascii, _sorted) = (Values.IsTrue(arguments[0]), Values.IsTrue(arguments[3]));
        _indent = arguments[1] switch
        {
            null => null,
            long and >= 0 and <= 16 and var width => (int)width,
            _ => throw call.Error("needs an indent from 0 to 16"),
        };
        (_between, _behindName) = arguments[2] switch
        {
            null => (_indent is null ? ", " : ",", ": "),
            List<object?> and [string between, string behind] => (between, behind),
            _ => throw call.Error("needs two texts as separators"),
        };
    }

    public static string Write(object? value, CallContext call)
    {
        JsonText json = new(call);
        json.Write(value, 0);
        call.Frame.Budget.Text(json._text.Length);
        call.Frame.Budget.Take((long)json._text.Length * sizeof(char));
        return json._text.ToString();
    }

    private void Write(object? value, int depth)
    {
        _call.Frame.Budget.Step();
        RenderBudget.CheckLength(_text.Length);
        Values.CheckDepth(depth);
        switch (value)
        {
            case null:
                _text.Append("null");
                break;
            case bool flag:
                _text.Append(flag ? "true" : "false");
                break;
            case long number:
                _text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double real:
                _text.Append(double.IsNaN(real) ? "NaN" : double.IsInfinity(real) ? real > 0 ? "Infinity" : "-Infinity" : Numbers.Text(real));
                break;
            case Fraction fraction:
                _text.Append(fraction.Text);
                break;
            case string literal:
                Quote(literal);
                break;
            case List<object?> list:
                _call.Frame.Budget.Items(2L * list.Count);
                Block('[', ']', [.. list.Select(item => ((string?)null, item))], depth);
                break;
            case Dictionary<string, object?> map:
                _call.Frame.Budget.Items(2L * map.Count);
                var pairs = map.Select(pair => ((string?)pair.Key, pair.Value));
                Block('{', '}', _sorted ? [.. pairs.OrderBy(pair => pair.Item1, StringComparer.Ordinal)] : [.. pairs], depth);
                break;
            default:
                throw _call.Error($"cannot write {Values.Describe(value)}");
        }
    }

    private void Block(char open, char close, List<(string? Name, object? Value)> items, int depth)
    {
        _text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            _text.Append(i == 0 ? "" : _between);
            NewLine(depth + 1);
            if (items[i].Name is { } name)
            {
                Quote(name);
                _text.Append(_behindName);
            }

            Write(items[i].Value, depth + 1);
        }

        if (items.Count > 0)
        {
            NewLine(depth);
        }

        _text.Append(close);
    }

    private void NewLine(int level)
    {
        if (_indent is { } width)
        {
            _text.Append('\n').Append(' ', width * level);
        }
    }

    private void Quote(string literal)
    {
        // An escape is six characters at most.
        _call.Frame.Budget.Spend(literal.Length);
        RenderBudget.CheckLength(_text.Length + (6L * literal.Count(c => char.IsControl(c) || (_ascii && c > '~'))) + literal.Length);
        _text.Append('"');
        foreach (char c in literal)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                < ' ' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                > '~' when _ascii => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
    }
}
