using System.Globalization;
using System.Text;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>What stands after a bar: value | filter.</summary>
internal static class Filters
{
    public static bool IsKnown(string name) => SequenceFilters.IsKnown(name) || name is "trim" or "default" or "d" or "length" or "count" or "upper" or "lower"
        or "first" or "last" or "join" or "string" or "replace" or "tojson"
        or "title" or "capitalize" or "indent" or "int" or "items" or "safe";

    /// <summary>A filter may apply another one (map), so that filters nest without any expression in between.</summary>
    public static object? Apply(string name, object? target, CallContext call)
    {
        call.Frame.Budget.Enter();
        object? value = Applied(name, target, call);
        call.Frame.Budget.Leave();
        return value;
    }

    private static object? Applied(string name, object? target, CallContext call)
    {
        switch (name)
        {
            case "default" or "d":
                object?[] fallback = call.Bind("default_value", "boolean");
                bool missing = target is Undefined || (Values.IsTrue(fallback[1]) && !Values.IsTrue(target));
                return missing ? fallback[0] ?? "" : target;
            case "trim":
                return StringMethods.Strip(call.Text(target), call, left: true, right: true);
            case "length" or "count":
                call.Bind();
                return Length(target, call);
            case "title":
                // Unlike the method, an apostrophe begins no word.
                call.Bind();
                call.Frame.Budget.Text(call.Text(target).Length);
                return StringMethods.Capitals(call.Text(target), before => char.IsWhiteSpace(before) || "-({[<".Contains(before, StringComparison.Ordinal));
            case "upper" or "lower" or "replace" or "capitalize":
                return StringMethods.Call(name, target, call);
            case "int":
                return Integer(target, call);
            case "indent":
                return Indented(call.Text(target), call);
            case "items":
                call.Bind();
                return target is Undefined ? new List<object?>() : Methods.Call(name, target, call);
            case "safe":
                call.Bind();
                return target;
            case "string":
                call.Bind();
                return Values.ToText(target) ?? throw call.Error($"needs a simple value, not {Values.Describe(target)}");
            case "tojson":
                return JsonText.Write(target, call);
            case "join":
                return Join(Items(target, call), call);
            case "first" or "last":
                call.Bind();
                var items = Items(target, call);
                return items.Count == 0 ? new Undefined(name) : name == "first" ? items[0] : items[^1];
            case "reverse" when target is string text:
                call.Bind();
                return string.Concat(Enumerable.Reverse(Values.Items(text, call.Frame.Budget)!));
            default:
                return SequenceFilters.Apply(name, Items(target, call), call);
        }
    }

    private static long Integer(object? target, CallContext call)
    {
        object otherwise = call.Bind("default")[0] ?? 0L;
        if (Values.ToNumber(target) is { } number)
        {
            return number;
        }

        if (target is string text && long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long parsed))
        {
            return parsed;
        }

        return otherwise as long? ?? throw call.Error($"needs a number as its default, not {Values.Describe(otherwise)}");
    }

    private static string Indented(string text, CallContext call)
    {
        object?[] arguments = call.Bind("width", "first", "blank");
        string indent = (arguments[0] ?? 4L) switch
        {
            string given => given,
            long and >= 0 and <= 64 and var width => new string(' ', (int)width),
            _ => throw call.Error("needs a width from 0 to 64 or a text"),
        };
        bool blank = Values.IsTrue(arguments[2]);
        long count = text.AsSpan().Count('\n') + 1L;
        long length = text.Length + (count * indent.Length);
        call.Frame.Budget.Parts(2 * count, length);
        call.Frame.Budget.Take(length * 2 * sizeof(char));
        string[] lines = text.Split('\n');
        for (int i = 1; i < lines.Length; i++)
        {
            if (blank || lines[i].Length > 0)
            {
                lines[i] = indent + lines[i];
            }
        }

        return (Values.IsTrue(arguments[1]) ? indent : "") + string.Join('\n', lines);
    }

    private static long Length(object? target, CallContext call) => target switch
    {
        string text => Characters(text, call),
        List<object?> list => list.Count,
        Dictionary<string, object?> map => map.Count,
        Undefined => 0,
        _ => throw call.Error($"needs a string, list or mapping, not {Values.Describe(target)}"),
    };

    private static List<object?> Items(object? target, CallContext call) =>
        Values.Items(target, call.Frame.Budget) ?? throw call.Error($"needs a list, not {Values.Describe(target)}");

    private static long Characters(string text, CallContext call)
    {
        call.Frame.Budget.Spend(text.Length);
        return Values.CharactersOf(text);
    }

    private static string Join(List<object?> items, CallContext call)
    {
        string separator = call.OptionalText(call.Bind("d")[0]) ?? "";
        var text = new StringBuilder();
        for (int i = 0; i < items.Count; i++)
        {
            string item = Values.ToText(items[i]) ?? throw call.Error($"needs simple values, not {Values.Describe(items[i])}");
            RenderBudget.CheckLength((long)text.Length + separator.Length + item.Length);
            call.Frame.Budget.Text((i == 0 ? 0L : separator.Length) + item.Length);
            text.Append(i == 0 ? "" : separator).Append(item);
        }

        call.Frame.Budget.Text(text.Length);
        return text.ToString();
    }
}
