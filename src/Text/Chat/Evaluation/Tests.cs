namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>What stands after "is".</summary>
internal static class Tests
{
    public static bool IsKnown(string name) => TakesArgument(name) || name is "defined" or "undefined" or "none" or "string" or "mapping"
        or "iterable" or "sequence" or "number" or "integer" or "float" or "boolean" or "true" or "false" or "odd" or "even"
        or "lower" or "upper" or "callable" or "filter" or "test" or "escaped";

    /// <summary>Whether a value to compare with follows.</summary>
    public static bool TakesArgument(string name) =>
        name is "equalto" or "eq" or "ne" or "in" or "divisibleby" or "lt" or "lessthan" or "le" or "gt" or "greaterthan" or "ge" or "sameas"
            or "==" or "!=" or "<" or "<=" or ">" or ">=";

    public static bool Check(string name, object? value, object? other, CallContext call) => name switch
    {
        "defined" => value is not Undefined,
        "undefined" => value is Undefined,
        "none" => value is null,
        "string" => value is string,
        "mapping" => value is Dictionary<string, object?>,
        "iterable" => value is string or List<object?> or Dictionary<string, object?> or Undefined or LoopState,
        "sequence" => value is string or List<object?> or Dictionary<string, object?> or Undefined,
        "number" => value is long or bool or double or Fraction,
        "integer" => value is long or Fraction,
        "float" => value is double,
        "boolean" => value is bool,
        "true" => value is true,
        "false" => value is false,
        "callable" => value is ICallable or Undefined,
        "filter" => value is string filter && Filters.IsKnown(filter),
        "test" => value is string test && IsKnown(test),
        "escaped" => false,
        "odd" => Remainder(value, 2L, call) == 1,
        "even" => Remainder(value, 2L, call) == 0,
        "divisibleby" => Remainder(value, other, call) == 0,
        "lower" => StringMethods.HasCase(PythonText.Of(value, call.Frame.Budget), upper: false),
        "upper" => StringMethods.HasCase(PythonText.Of(value, call.Frame.Budget), upper: true),
        "sameas" => IsSame(value, other),
        _ => Comparisons.Holds(Operator(name), value, other, call.Frame, problem => call.Error(problem)),
    };

    private static string Operator(string name) => name switch
    {
        "equalto" or "eq" => "==",
        "ne" => "!=",
        "lt" or "lessthan" => "<",
        "le" => "<=",
        "gt" or "greaterthan" => ">",
        "ge" => ">=",
        _ => name,
    };

    /// <summary>Python's "is": small numbers, texts that a template names, none, true and false are one object each.</summary>
    private static bool IsSame(object? value, object? other) => (value, other) switch
    {
        (null, null) => true,
        (bool x, bool y) => x == y,
        (long x, long y) => x == y,
        (string x, string y) => string.Equals(x, y, StringComparison.Ordinal),
        _ => ReferenceEquals(value, other),
    };

    private static double Remainder(object? value, object? divisor, CallContext call)
    {
        if (Numbers.Of(value) is not { } number || Numbers.Of(divisor) is not { } by || by.Real == 0)
        {
            throw call.Error($"needs numbers, and no 0 to divide by, not {Values.Describe(value)} and {Values.Describe(divisor)}");
        }

        // The least whole number divided by -1 overflows.
        return number.IsWhole && by.IsWhole ? by.Whole == -1 ? 0 : (long)Numbers.Compute("%", number, by) : (double)Numbers.Compute("%", number, by);
    }
}
