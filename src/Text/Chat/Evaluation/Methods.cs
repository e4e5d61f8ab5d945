namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>What a template can call on a value: methods of Python's mappings and lists, and those of <see cref="StringMethods"/>.</summary>
internal static class Methods
{
    public static bool IsKnown(string name) => IsOfMappings(name) || IsOfLists(name) || IsOfLoops(name) || StringMethods.IsKnown(name);

    /// <summary>Whether a value has such a method. Those that would change it are not there in Jinja's sandbox either.</summary>
    public static bool IsOf(object? value, string name) => value switch
    {
        Dictionary<string, object?> => IsOfMappings(name) || name == "fromkeys",
        PythonTuple => name is "index" or "count",
        List<object?> => IsOfLists(name),
        string => StringMethods.IsKnown(name) || name is "encode" or "format_map" or "maketrans" or "translate",
        _ => false,
    };

    public static object? Call(string name, object? target, CallContext call)
    {
        switch (target)
        {
            case Undefined undefined:
                throw call.Error($"can't be called: {undefined.Name} is undefined");
            case LoopState loop when IsOfLoops(name):
                return name == "cycle" ? loop.Cycle(call) : loop.HasChanged(call);
            case Dictionary<string, object?> map when IsOfMappings(name):
                return OfMapping(name, map, call);
            case List<object?> list when IsOf(list, name):
                return OfList(name, list, call);
            case string text when StringMethods.IsKnown(name):
                return StringMethods.Call(name, text, call);
            case Dictionary<string, object?> map when map.TryGetValue(name, out object? member) && member is ICallable callable:
                return callable.Call(call);
            case Namespace space when space.Members.TryGetValue(name, out object? member) && member is ICallable callable:
                return callable.Call(call);
            default:
                throw call.Error($"is no method of {Values.Describe(target)}");
        }
    }

    /// <summary>(key, value) of each entry.</summary>
    public static List<object?> Pairs(Dictionary<string, object?> map) =>
        [.. map.Select(pair => new PythonTuple([pair.Key, pair.Value]))];

    private static object? OfMapping(string name, Dictionary<string, object?> map, CallContext call)
    {
        switch (name)
        {
            case "get":
                object?[] found = call.Bind("key", "default");
                return found[0] is string key && map.TryGetValue(key, out object? value) ? value : found[1];
            case "items":
                call.Bind();
                call.Frame.Budget.Entries(2L * map.Count);
                return Pairs(map);
            case "keys":
                call.Bind();
                call.Frame.Budget.Items(map.Count);
                return map.Keys.ToList<object?>();
            case "copy":
                call.Bind();
                call.Frame.Budget.Entries(map.Count);
                return new Dictionary<string, object?>(map, StringComparer.Ordinal);
            default:
                call.Bind();
                call.Frame.Budget.Items(map.Count);
                return map.Values.ToList();
        }
    }

    private static object? OfList(string name, List<object?> list, CallContext call)
    {
        call.Frame.Budget.Items(list.Count);
        if (name == "copy")
        {
            call.Bind();
            return list.ToList();
        }

        object? item = call.Bind("item")[0];
        if (name == "count")
        {
            return (long)list.Count(other => Values.AreEqual(other, item, call.Frame.Budget));
        }

        int at = list.FindIndex(other => Values.AreEqual(other, item, call.Frame.Budget));
        return at >= 0 ? (long)at : throw call.Error("is of something that is not in the list");
    }

    private static bool IsOfMappings(string name) => name is "get" or "items" or "keys" or "values" or "copy";

    private static bool IsOfLists(string name) => name is "index" or "count" or "copy";

    private static bool IsOfLoops(string name) => name is "cycle" or "changed";
}
