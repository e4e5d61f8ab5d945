namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>What stands after "is".</summary>
internal static class Tests
{
    public static bool IsKnown(string name) => TakesArgument(name) || name is "defined" or "undefined" or "none" or "string" or "mapping"
        or "iterable" or "sequence" or "number" or "integer" or "boolean" or "true" or "false" or "odd" or "even";

    /// <summary>Whether a value to compare with follows.</summary>
    public static bool TakesArgument(string name) =>
        name is "equalto" or "eq" or "ne" or "in" or "divisibleby" or "lt" or "le" or "gt" or "ge";

    public static bool Check(string name, object? value, object? other, CallContext call) => name switch
    {
        "defined" => value is not Undefined,
        "undefined" => value is Undefined,
        "none" => value is null,
        "string" => value is string,
        "mapping" => value is Dictionary<string, object?>,
        "iterable" or "sequence" => value is string or List<object?> or Dictionary<string, object?> or Undefined,
        "number" => value is long or bool,
        "integer" => value is long,
        "boolean" => value is bool,
        "true" => value is true,
        "false" => value is false,
        "odd" => Remainder(value, 2L, call) == 1,
        "even" => Remainder(value, 2L, call) == 0,
        "divisibleby" => Remainder(value, other, call) == 0,
        _ => Comparisons.Holds(Operator(name), value, other, call.Frame, problem => call.Error(problem)),
    };

    private static string Operator(string name) => name switch
    {
        "equalto" or "eq" => "==",
        "ne" => "!=",
        "lt" => "<",
        "le" => "<=",
        "gt" => ">",
        "ge" => ">=",
        _ => name,
    };

    private static long Remainder(object? value, object? divisor, CallContext call)
    {
        if (Values.ToNumber(value) is not { } number || Values.ToNumber(divisor) is not ({ } by and not (0 or -1)))
        {
            throw call.Error($"needs numbers, not {Values.Describe(value)} and {Values.Describe(divisor)}");
        }

        return ((number % by) + by) % by;
    }
}
