namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Functions that a template can call.</summary>
internal static class Functions
{
    private const int LongestRange = 100_000;

    public static bool IsKnown(string name) => name is "raise_exception" or "namespace" or "range" or "strftime_now";

    public static object? Call(string name, CallContext call)
    {
        switch (name)
        {
            case "raise_exception":
                string message = Values.ToText(call.Bind("message")[0]) ?? "no message";
                throw call.Source.Error(call.At, message, rejectedByTemplate: true);
            case "namespace":
                call.Frame.Budget.Entries(call.Arguments.Count);
                var space = new Namespace();
                foreach (var argument in call.Arguments)
                {
                    string member = argument.Name ?? throw call.Error("takes named arguments only");
                    space.Members[member] = argument.Value.Evaluate(call.Frame);
                }

                return space;
            case "range":
                return Range(call);
            default:
                // Templates ask "is defined" first and have a fixed date otherwise, which keeps prompts reproducible.
                throw call.Error("is undefined");
        }
    }

    private static List<object?> Range(CallContext call)
    {
        object?[] bounds = call.Bind("start", "stop", "step");
        long[] numbers = [.. bounds.Select(b => b is null ? 0 : b as long? ?? throw call.Error($"needs numbers, not {Values.Describe(b)}"))];
        var (start, stop, step) = bounds[1] is null ? (0, numbers[0], 1) : (numbers[0], numbers[1], bounds[2] is null ? 1 : numbers[2]);
        if (step == 0)
        {
            throw call.Error("needs a step that is not 0");
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
