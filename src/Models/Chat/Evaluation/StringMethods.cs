namespace ExpertCluster.Models.Chat.Evaluation;

/// <summary>Methods of Python's strings, and get of mappings.</summary>
internal static class StringMethods
{
    public static bool IsKnown(string name) => name is "strip" or "lstrip" or "rstrip" or "startswith" or "endswith" or "split"
        or "upper" or "lower" or "replace" or "get";

    public static object? Call(string name, object? target, CallContext call)
    {
        if (name == "get")
        {
            var found = call.Bind("key", "default");
            var map = target as Dictionary<string, object?> ?? throw call.Error($"needs a mapping, not {Values.Describe(target)}");
            return found[0] is string key && map.TryGetValue(key, out var value) ? value : found[1];
        }

        var text = call.Text(target);
        call.Frame.Budget.Spend(text.Length);
        switch (name)
        {
            case "upper":
                call.Bind();
                return text.ToUpperInvariant();
            case "lower":
                call.Bind();
                return text.ToLowerInvariant();
            case "startswith":
                return text.StartsWith(call.Text(call.Bind("prefix")[0]), StringComparison.Ordinal);
            case "endswith":
                return text.EndsWith(call.Text(call.Bind("suffix")[0]), StringComparison.Ordinal);
            case "split":
                return Split(text, call);
            case "replace":
                var pair = call.Bind("old", "new");
                return Replace(text, call.Text(pair[0]), call.Text(pair[1]), call);
            default:
                return Values.Strip(text, call.OptionalText(call.Bind("chars")[0]), left: name != "rstrip", right: name != "lstrip");
        }
    }

    private static string Replace(string text, string old, string replacement, CallContext call)
    {
        if (old.Length == 0)
            throw call.Error("cannot replace an empty text");
        var count = 0L;
        for (var at = 0; (at = text.IndexOf(old, at, StringComparison.Ordinal)) >= 0; at += old.Length)
            count++;
        RenderBudget.CheckLength(text.Length + (count * (replacement.Length - old.Length)));
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }

    private static List<object?> Split(string text, CallContext call)
    {
        var separator = call.OptionalText(call.Bind("sep")[0]);
        if (separator is { Length: 0 })
            throw call.Error("needs a separator that is not empty");
        return separator is null
            ? [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]
            : [.. text.Split(separator)];
    }
}
