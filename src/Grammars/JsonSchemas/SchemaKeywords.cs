using System.Collections.Frozen;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>Keywords of JSON Schema 2020-12, by what is done with them. Those that OpenAI allows are followed.</summary>
internal static class SchemaKeywords
{
    /// <summary>Say something to people, or name what others refer to.</summary>
    public static FrozenSet<string> Annotations { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly",
        "contentMediaType", "contentEncoding", "strict");

    /// <summary>Say it all, and stand alone.</summary>
    public static FrozenSet<string> Alone { get; } = FrozenSet.Create(StringComparer.Ordinal, "$ref", "anyOf", "allOf", "enum", "const");

    /// <summary>By type: what bounds a value of it.</summary>
    public static FrozenDictionary<string, FrozenSet<string>> ByType { get; } = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal)
    {
        ["object"] = FrozenSet.Create(StringComparer.Ordinal, "properties", "required", "additionalProperties"),
        ["array"] = FrozenSet.Create(StringComparer.Ordinal, "items", "minItems", "maxItems", "uniqueItems"),
        ["string"] = FrozenSet.Create(StringComparer.Ordinal, "pattern", "format", "minLength", "maxLength"),
        ["number"] = Numbers,
        ["integer"] = Numbers,
        ["boolean"] = [],
        ["null"] = [],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Known, and not followed: with what to do about it.</summary>
    public static FrozenDictionary<string, string> Refused { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["oneOf"] = "write anyOf where at most one can hold",
        ["not"] = "what is excluded can't be generated around",
        ["if"] = "write anyOf",
        ["then"] = "write anyOf",
        ["else"] = "write anyOf",
        ["dependentRequired"] = "write anyOf",
        ["dependentSchemas"] = "write anyOf",
        ["dependencies"] = "write anyOf",
        ["patternProperties"] = "name the properties",
        ["propertyNames"] = "name the properties",
        ["minProperties"] = "say which are required",
        ["maxProperties"] = "set additionalProperties to false",
        ["unevaluatedProperties"] = "write additionalProperties",
        ["unevaluatedItems"] = "write items",
        ["prefixItems"] = "write an object",
        ["contains"] = "write items",
        ["minContains"] = "write minItems",
        ["maxContains"] = "write maxItems",
        ["$anchor"] = "refer by a path",
        ["$dynamicRef"] = "refer by $ref",
        ["$dynamicAnchor"] = "refer by a path",
        ["$recursiveRef"] = "refer by $ref",
        ["$vocabulary"] = "leave it out",
        ["nullable"] = "write \"type\": [..., \"null\"]",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static FrozenSet<string> Numbers => FrozenSet.Create(StringComparer.Ordinal, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

    /// <summary>Names that tools put in for themselves; JSON Schema lets them.</summary>
    public static bool IsAnnotation(string keyword) => Annotations.Contains(keyword) || keyword.StartsWith("x-", StringComparison.Ordinal);
}
