namespace ExpertCluster.Models.Chat.Evaluation;

/// <summary>What stands after "is".</summary>
internal static class Tests
{
    public static bool IsKnown(string name) => name is "defined" or "undefined" or "none" or "string" or "mapping" or "iterable"
        or "sequence" or "number" or "integer" or "boolean" or "true" or "false";

    public static bool Check(string name, object? value) => name switch
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
        _ => value is false,
    };
}
