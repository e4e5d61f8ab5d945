namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Functions that a template can call.</summary>
internal static class Functions
{
    private const int LongestRange = 100_000;

    public static bool IsKnown(string name) => name is "raise_exception" or "namespace" or "range" or "strftime_now" or "dict";

    public static object? Call(string name, CallContext call)
    {
        switch (name)
        {
            case "raise_exception":
                string message = PythonText.Of(call.Bind("message")[0] ?? "no message", call.Frame.Budget);
                throw call.Source.Error(call.At, message, rejectedByTemplate: true);
            case "namespace":
                var space = new Namespace();
                foreach (var (member, value) in Entries(call))
                {
                    space.Members[member] = value;
                }

                return space;
            case "dict":
                return Entries(call);
            case "range":
                return Range(call);
            default:
                return DateFormat.Of(call.Text(call.Bind("format")[0]), call.Frame.Now, problem => call.Error(problem));
        }
    }

    /// <summary>Of a mapping, and of arguments by name.</summary>
    private static Dictionary<string, object?> Entries(CallContext call)
    {
        call.Frame.Budget.Entries(call.Arguments.Count);
        Dictionary<string, object?> entries = new(StringComparer.Ordinal);
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            object? value = call.Arguments[i].Value.Evaluate(call.Frame);
            if (call.Arguments[i].Name is { } name)
            {
                entries[name] = value;
                continue;
            }

            if (i > 0 || value is not Dictionary<string, object?> map)
            {
                throw call.Error("takes one mapping, and arguments by name");
            }

            call.Frame.Budget.Entries(map.Count);
            foreach (var (key, entry) in map)
            {
                entries[key] = entry;
            }
        }

        return entries;
    }

    private static List<object?> Range(CallContext call)
    {
        object?[] bounds = call.Bind("start", "stop", "step");
        long[] numbers = [.. bounds.Select(b => b is null ? 0 : Values.ToNumber(b) ?? throw call.Error($"needs whole numbers, not {Values.Describe(b)}"))];
        var (start, stop, step) = bounds[1] is null ? (0, numbers[0], 1) : (numbers[0], numbers[1], bounds[2] is null ? 1 : numbers[2]);
        if (bounds[0] is null || step == 0)
        {
            throw call.Error("needs an end, and a step that is not 0");
        }

        var count = Int128.Max(0, ((Int128)stop - start + step - Math.Sign(step)) / step);
        if (count > LongestRange)
        {
            throw call.Error($"gives more than {LongestRange} numbers");
        }

        call.Frame.Budget.Parts((long)count);
        return [.. Enumerable.Range(0, (int)count).Select(i => (object?)(start + (i * step)))];
    }
}
