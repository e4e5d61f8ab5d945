namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>What a template can call on a value: methods of Python's mappings, and those of <see cref="StringMethods"/>.</summary>
internal static class Methods
{
    public static bool IsKnown(string name) => IsOfMappings(name) || StringMethods.IsKnown(name);

    public static object? Call(string name, object? target, CallContext call)
    {
        if (!IsOfMappings(name))
        {
            return StringMethods.Call(name, target, call);
        }

        var map = target as Dictionary<string, object?> ?? throw call.Error($"needs a mapping, not {Values.Describe(target)}");
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
            default:
                call.Bind();
                call.Frame.Budget.Items(map.Count);
                return map.Values.ToList();
        }
    }

    /// <summary>[key, value] of each entry.</summary>
    public static List<object?> Pairs(Dictionary<string, object?> map) =>
        [.. map.Select(pair => new List<object?> { pair.Key, pair.Value })];

    private static bool IsOfMappings(string name) => name is "get" or "items" or "keys" or "values";
}
