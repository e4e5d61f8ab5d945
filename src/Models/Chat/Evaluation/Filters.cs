using System.Text;

namespace ExpertCluster.Models.Chat.Evaluation;

/// <summary>What stands after a bar: value | filter.</summary>
internal static class Filters
{
    public static bool IsKnown(string name) => name is "trim" or "default" or "d" or "length" or "count" or "upper" or "lower"
        or "first" or "last" or "join" or "string" or "replace" or "tojson";

    public static object? Apply(string name, object? target, CallContext call)
    {
        switch (name)
        {
            case "default" or "d":
                var fallback = call.Bind("default_value", "boolean");
                var missing = target is Undefined || (Values.IsTrue(fallback[1]) && !Values.IsTrue(target));
                return missing ? fallback[0] ?? "" : target;
            case "trim":
                return Values.Strip(call.Text(target), call.OptionalText(call.Bind("chars")[0]), left: true, right: true);
            case "length" or "count":
                call.Bind();
                return Length(target, call);
            case "upper" or "lower" or "replace":
                return StringMethods.Call(name, target, call);
            case "string":
                call.Bind();
                return Values.ToText(target) ?? throw call.Error($"needs a simple value, not {Values.Describe(target)}");
            case "tojson":
                return JsonText.Write(target, call);
            case "join":
                return Join(Items(target, call), call);
            default:
                call.Bind();
                var items = Items(target, call);
                return items.Count == 0 ? new Undefined(name) : name == "first" ? items[0] : items[^1];
        }
    }

    private static long Length(object? target, CallContext call) => target switch
    {
        string text => Characters(text, call).Count,
        List<object?> list => list.Count,
        Dictionary<string, object?> map => map.Count,
        Undefined => 0,
        _ => throw call.Error($"needs a string, list or mapping, not {Values.Describe(target)}"),
    };

    private static List<object?> Items(object? target, CallContext call) => target switch
    {
        List<object?> list => list,
        string text => Characters(text, call),
        _ => throw call.Error($"needs a list, not {Values.Describe(target)}"),
    };

    private static List<object?> Characters(string text, CallContext call)
    {
        call.Frame.Budget.Spend(text.Length);
        return [.. text.EnumerateRunes().Select(rune => rune.ToString())];
    }

    private static string Join(List<object?> items, CallContext call)
    {
        var separator = call.OptionalText(call.Bind("d")[0]) ?? "";
        var text = new StringBuilder();
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "" : separator);
            text.Append(Values.ToText(items[i]) ?? throw call.Error($"needs simple values, not {Values.Describe(items[i])}"));
            RenderBudget.CheckLength(text.Length);
        }

        call.Frame.Budget.Spend(text.Length);
        return text.ToString();
    }
}
