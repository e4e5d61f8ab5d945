namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A group of groupby: (grouper, list), which are its members, too.</summary>
internal sealed class GroupTuple(object? grouper, List<object?> list) : List<object?>([grouper, list])
{
    public object? Member(string name) => name switch
    {
        "grouper" => this[0],
        "list" => this[1],
        _ => new Undefined(name),
    };
}

/// <summary>Filters that compare a list's items. Upper and lower case are alike to them unless they are told otherwise.</summary>
internal static class OrderFilters
{
    public static bool IsKnown(string name) => name is "sort" or "unique" or "min" or "max" or "groupby";

    public static object? Apply(string name, List<object?> items, CallContext call)
    {
        switch (name)
        {
            case "sort":
                object?[] order = call.Bind("reverse", "case_sensitive", "attribute");
                return Sorted(items, item => Keys(item, order[2], order[1], call), Values.IsTrue(order[0]), call);
            case "groupby":
                object?[] group = call.Bind("attribute", "default", "case_sensitive");
                return Grouped(items, group[0], group[1], group[2], call);
        }

        object?[] arguments = call.Bind("case_sensitive", "attribute");
        object? Key(object? item) => Folded(arguments[1] is null ? item : Attributes.Of(item, arguments[1], call), arguments[0], call);
        if (name == "unique")
        {
            return Unique(items, Key, call);
        }

        object? best = items.Count == 0 ? new Undefined(name) : items[0];
        foreach (object? item in items.Skip(1))
        {
            int compared = Compare(Key(item), Key(best), call);
            best = (name == "min" ? compared < 0 : compared > 0) ? item : best;
        }

        return best;
    }

    /// <summary>Merges, so that equals keep their order; 2 n log n comparisons at most.</summary>
    public static List<object?> Sorted(List<object?> items, Func<object?, object?> keyOf, bool reverse, CallContext call)
    {
        call.Frame.Budget.Entries(items.Count);
        List<(object? Key, object? Item)> pairs = items.ConvertAll(item => (keyOf(item), item));
        var sorted = pairs.Order(Comparer<(object? Key, object? Item)>.Create((a, b) => reverse ? Compare(b.Key, a.Key, call) : Compare(a.Key, b.Key, call)));
        try
        {
            return [.. sorted.Select(pair => pair.Item)];
        }
        catch (InvalidOperationException error) when (error.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    public static object? Folded(object? value, object? caseSensitive, CallContext call)
    {
        if (value is not string text || Values.IsTrue(caseSensitive))
        {
            return value;
        }

        call.Frame.Budget.Text(text.Length);
        return text.ToLowerInvariant();
    }

    /// <summary>Attributes with commas between are compared one after the other. As in Jinja in a list, of which equal items are not ordered.</summary>
    private static List<object?> Keys(object? item, object? attribute, object? caseSensitive, CallContext call)
    {
        var keys = attribute switch
        {
            null => Enumerable.Repeat(item, 1),
            string path => path.Split(',').Select(part => Attributes.Of(item, part, call)),
            _ => Enumerable.Repeat(Attributes.Of(item, attribute, call), 1),
        };
        return keys.Select(key => Folded(key, caseSensitive, call)).ToList();
    }

    private static List<object?> Grouped(List<object?> items, object? attribute, object? otherwise, object? caseSensitive, CallContext call)
    {
        List<object?> groups = [];
        object? Own(object? item) => Attributes.Of(item, attribute, call, otherwise);
        object? last = null;
        foreach (object? item in Sorted(items, item => Folded(Own(item), caseSensitive, call), reverse: false, call))
        {
            object? key = Folded(Own(item), caseSensitive, call);
            if (groups.Count > 0 && Values.AreEqual(key, last, call.Frame.Budget))
            {
                ((List<object?>)((GroupTuple)groups[^1]!)[1]!).Add(item);
            }
            else
            {
                groups.Add(new GroupTuple(Own(item), [item]));
            }

            last = key;
        }

        return groups;
    }

    private static List<object?> Unique(List<object?> items, Func<object?, object?> keyOf, CallContext call)
    {
        List<object?> seen = [];
        List<object?> unique = [];
        foreach (object? item in items)
        {
            object? key = keyOf(item);
            if (!seen.Exists(other => Values.AreEqual(other, key, call.Frame.Budget)))
            {
                seen.Add(key);
                unique.Add(item);
            }
        }

        return unique;
    }

    private static int Compare(object? a, object? b, CallContext call)
    {
        call.Frame.Budget.Step();
        return Comparisons.Order(a, b, call.Frame, problem => call.Error(problem));
    }
}
