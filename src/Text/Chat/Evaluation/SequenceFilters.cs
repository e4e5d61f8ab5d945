namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Filters that take a list and give one, by a test or by another filter.</summary>
internal static class SequenceFilters
{
    public static bool IsKnown(string name) =>
        name is "list" or "reverse" or "unique" || TestPlace(name) is not null || name == "map";

    /// <summary>Which argument of a filter names a test; null for filters that test nothing.</summary>
    public static int? TestPlace(string name) => name switch
    {
        "select" or "reject" => 0,
        "selectattr" or "rejectattr" => 1,
        _ => null,
    };

    public static List<object?> Apply(string name, List<object?> items, CallContext call)
    {
        call.Frame.Budget.Items(items.Count);
        switch (name)
        {
            case "list":
                call.Bind();
                return [.. items];
            case "reverse":
                call.Bind();
                return [.. Enumerable.Reverse(items)];
            case "unique":
                call.Bind();
                return Unique(items, call);
            case "map":
                return Mapped(items, call);
            default:
                return Chosen(name, items, call);
        }
    }

    private static List<object?> Unique(List<object?> items, CallContext call)
    {
        List<object?> seen = [];
        foreach (object? item in items)
        {
            if (!seen.Exists(other => Values.AreEqual(other, item, call.Frame.Budget)))
            {
                seen.Add(item);
            }
        }

        return seen;
    }

    /// <summary>map(attribute="name", default=...), or map("filter", its arguments).</summary>
    private static List<object?> Mapped(List<object?> items, CallContext call)
    {
        if (call.Arguments.Count > 0 && call.Arguments[0].Name is null)
        {
            string filter = call.Text(call.Arguments[0].Value.Evaluate(call.Frame));
            if (!Filters.IsKnown(filter))
            {
                throw call.Error($"names the filter {filter}, which is not supported");
            }

            var inner = call with { Name = filter, Arguments = [.. call.Arguments.Skip(1)] };
            return items.ConvertAll(item => Step(call, () => Filters.Apply(filter, item, inner)));
        }

        object?[] arguments = call.Bind(["attribute", "default"], out bool[]? given);
        string attribute = call.Text(arguments[0]);
        return items.ConvertAll(item => Step(call, () => Attribute(item, attribute) switch
        {
            Undefined when given[1] => arguments[1],
            var value => value,
        }));
    }

    private static List<object?> Chosen(string name, List<object?> items, CallContext call)
    {
        int place = TestPlace(name)!.Value;
        object?[] arguments = [.. call.Arguments.Select(a => a.Name is null ? a.Value.Evaluate(call.Frame) : throw call.Error("takes no named arguments"))];
        string? attribute = place == 0 ? null : call.Text(arguments.Length > 0 ? arguments[0] : null);
        string? test = arguments.Length > place ? call.Text(arguments[place]) : null;
        if (test is not null && !Tests.IsKnown(test))
        {
            throw call.Error($"names the test {test}, which is not supported");
        }

        if (arguments.Length > place + 2)
        {
            throw call.Error($"takes at most {place + 2} arguments");
        }

        object? other = arguments.Length > place + 1 ? arguments[place + 1] : null;
        bool wanted = name.StartsWith("select", StringComparison.Ordinal);
        return items.FindAll(item => Holds(attribute is null ? item : Attribute(item, attribute)) == wanted);

        bool Holds(object? value)
        {
            call.Frame.Budget.Step();
            return test is null ? Values.IsTrue(value) : Tests.Check(test, value, other, call);
        }
    }

    /// <summary>A member, or a member of one where there are dots between.</summary>
    private static object? Attribute(object? item, string path)
    {
        foreach (string name in path.Split('.'))
        {
            item = item switch
            {
                Dictionary<string, object?> map when map.TryGetValue(name, out object? value) => value,
                List<object?> list when int.TryParse(name, out int index) && index >= 0 && index < list.Count => list[index],
                _ => new Undefined(name),
            };
        }

        return item;
    }

    private static object? Step(CallContext call, Func<object?> value)
    {
        call.Frame.Budget.Step();
        return value();
    }
}
