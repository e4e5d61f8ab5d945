namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Filters that take a list, by a test or by another filter. Those that order are in <see cref="OrderFilters"/>.</summary>
internal static class SequenceFilters
{
    private const int MostParts = 100_000;

    public static bool IsKnown(string name) =>
        OrderFilters.IsKnown(name) || TestPlace(name) is not null || name is "list" or "map" or "sum" or "batch" or "slice";

    /// <summary>Which argument of a filter names a test; null for filters that test nothing.</summary>
    public static int? TestPlace(string name) => name switch
    {
        "select" or "reject" => 0,
        "selectattr" or "rejectattr" => 1,
        _ => null,
    };

    /// <summary>These take whatever counts as false, none and 0 too, for an empty list.</summary>
    public static bool PassesOver(string name, object? target) => (name == "map" || TestPlace(name) is not null) && !Values.IsTrue(target);

    public static object? Apply(string name, List<object?> items, CallContext call)
    {
        call.Frame.Budget.Items(items.Count);
        switch (name)
        {
            case "list":
                call.Bind();
                return items.ToList();
            case "map":
                return Mapped(items, call);
            case "sum":
                return Sum(items, call);
            case "batch" or "slice":
                return Parts(name, items, call);
            default:
                return OrderFilters.IsKnown(name) ? OrderFilters.Apply(name, items, call) : Chosen(name, items, call);
        }
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

        object?[] arguments = call.Bind("attribute", "default");
        return items.ConvertAll(item => Step(call, () => Attributes.Of(item, arguments[0], call, arguments[1])));
    }

    private static List<object?> Chosen(string name, List<object?> items, CallContext call)
    {
        int place = TestPlace(name)!.Value;
        object?[] arguments = [.. call.Arguments.Select(a => a.Name is null ? a.Value.Evaluate(call.Frame) : throw call.Error("takes no named arguments"))];
        object? attribute = place == 0 ? null : arguments.Length > 0 ? arguments[0] : throw call.Error("needs an attribute");
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
        return items.FindAll(item => Holds(place == 0 ? item : Attributes.Of(item, attribute, call)) == wanted);

        bool Holds(object? value)
        {
            call.Frame.Budget.Step();
            return test is null ? Values.IsTrue(value) : Tests.Check(test, value, other, call);
        }
    }

    private static object? Sum(List<object?> items, CallContext call)
    {
        object?[] arguments = call.Bind("attribute", "start");
        object sum = arguments[1] ?? 0L;
        foreach (object? item in items)
        {
            call.Frame.Budget.Step();
            object? value = arguments[0] is null ? item : Attributes.Of(item, arguments[0], call);
            if (Numbers.Of(sum) is not { } a || Numbers.Of(value) is not { } b)
            {
                throw call.Error($"needs numbers, not {Values.Describe(value)}");
            }

            try
            {
                sum = Numbers.Compute("+", a, b);
            }
            catch (OverflowException)
            {
                throw call.Error("goes beyond 64 bits");
            }
        }

        return sum;
    }

    /// <summary>batch(n): lists of n. slice(n): n lists, the first ones longer by one where it doesn't divide.</summary>
    private static List<object?> Parts(string name, List<object?> items, CallContext call)
    {
        object?[] arguments = call.Bind("count", "fill_with");
        if (Values.ToNumber(arguments[0]) is not (>= 1 and <= MostParts and var count))
        {
            throw call.Error($"needs a number from 1 to {MostParts}");
        }

        call.Frame.Budget.Parts(count + items.Count);
        List<object?> parts = [];
        if (name == "batch")
        {
            foreach (object?[] chunk in items.Chunk((int)count))
            {
                int missing = arguments[1] is null ? 0 : (int)count - chunk.Length;
                parts.Add(chunk.Concat(Enumerable.Repeat(arguments[1], missing)).ToList());
            }

            return parts;
        }

        int longer = (int)(items.Count % count);
        int size = (int)(items.Count / count);
        for (int i = 0, at = 0; i < count; i++)
        {
            int own = size + (i < longer ? 1 : 0);
            var part = items.GetRange(at, own);
            at += own;
            if (arguments[1] is { } fill && longer > 0 && i >= longer)
            {
                part.Add(fill);
            }

            parts.Add(part);
        }

        return parts;
    }

    private static object? Step(CallContext call, Func<object?> value)
    {
        call.Frame.Budget.Step();
        return value();
    }
}
