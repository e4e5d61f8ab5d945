namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>What stands after a bar: value | filter.</summary>
internal static class Filters
{
    public static bool IsKnown(string name) => TextFilters.IsKnown(name) || SequenceFilters.IsKnown(name) || NumberFilters.IsKnown(name)
        || name is "default" or "d" or "length" or "count" or "first" or "last" or "items" or "dictsort" or "safe" or "tojson" or "attr" or "reverse";

    /// <summary>A filter may apply another one (map), so that filters nest without any expression in between.</summary>
    public static object? Apply(string name, object? target, CallContext call)
    {
        call.Frame.Budget.Enter();
        object? value = Applied(name, target, call);
        call.Frame.Budget.Leave();
        return value;
    }

    /// <summary>What a filter goes over, one by one.</summary>
    public static List<object?> Items(object? target, CallContext call) =>
        Values.Items(target, call.Frame.Budget) ?? throw call.Error($"needs a list, not {Values.Describe(target)}");

    private static object? Applied(string name, object? target, CallContext call)
    {
        switch (name)
        {
            case "default" or "d":
                object?[] fallback = call.Bind(["default_value", "boolean"], out bool[]? given);
                bool missing = target is Undefined || (Values.IsTrue(fallback[1]) && !Values.IsTrue(target));
                return missing ? given[0] ? fallback[0] : "" : target;
            case "length" or "count":
                call.Bind();
                return Length(target, call);
            case "items":
                call.Bind();
                return target is Undefined ? new List<object?>() : MapItems(target, call);
            case "dictsort":
                return MapFilters.Sort(Mapping(target, call), call);
            case "safe":
                call.Bind();
                return target is string ? target : PythonText.Of(target, call.Frame.Budget);
            case "tojson":
                return JsonText.Write(target, call);
            case "attr":
                string attribute = call.Text(call.Bind("name")[0]);
                if (target is Undefined undefined)
                {
                    throw call.Error($"asks for a member of {undefined.Name}, which is undefined");
                }

                return target is Namespace space && space.Members.TryGetValue(attribute, out object? member) ? member : new Undefined(attribute);
            case "first" or "last":
                call.Bind();
                var items = Items(target, call);
                return items.Count == 0 ? new Undefined(name) : name == "first" ? items[0] : items[^1];
            case "reverse" when target is string text:
                call.Bind();
                return string.Concat(Enumerable.Reverse(Values.Items(text, call.Frame.Budget)!));
            case "reverse":
                call.Bind();
                var list = Items(target, call);
                call.Frame.Budget.Items(list.Count);
                return Enumerable.Reverse(list).ToList();
            default:
                return TextFilters.IsKnown(name) ? TextFilters.Apply(name, target, call)
                    : NumberFilters.IsKnown(name) ? NumberFilters.Apply(name, target, call)
                    : SequenceFilters.Apply(name, SequenceFilters.PassesOver(name, target) ? [] : Items(target, call), call);
        }
    }

    private static List<object?> MapItems(object? target, CallContext call)
    {
        var map = Mapping(target, call);
        call.Frame.Budget.Entries(2L * map.Count);
        return Methods.Pairs(map);
    }

    private static Dictionary<string, object?> Mapping(object? target, CallContext call) =>
        target as Dictionary<string, object?> ?? throw call.Error($"needs a mapping, not {Values.Describe(target)}");

    private static long Length(object? target, CallContext call)
    {
        if (target is string text)
        {
            call.Frame.Budget.Spend(text.Length);
        }

        return target switch
        {
            string characters => Values.CharactersOf(characters),
            List<object?> list => list.Count,
            Dictionary<string, object?> map => map.Count,
            Undefined => 0,
            LoopState loop => (long)loop.Member("length")!,
            _ => throw call.Error($"needs a string, list or mapping, not {Values.Describe(target)}"),
        };
    }
}
