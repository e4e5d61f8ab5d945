using System.Text.Json;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>Which types a schema allows, and which of its keywords says it all; looks at every keyword.</summary>
internal readonly record struct SchemaTypes
{
    private static readonly string[] All = ["object", "array", "string", "number", "boolean", "null"];

    /// <exception cref="GrammarException">A keyword isn't followed, or stands beside one that stands alone.</exception>
    public SchemaTypes(SchemaValue schema)
    {
        Names = TypesOf(schema);
        Alone = null;
        List<string> bounds = [];
        foreach (string keyword in schema.Keywords.Where(keyword => keyword != "type" && !SchemaKeywords.IsAnnotation(keyword)))
        {
            if (SchemaKeywords.Refused.TryGetValue(keyword, out string? instead))
            {
                throw schema.At(keyword).Error($"is not followed here; {instead}");
            }

            if (SchemaKeywords.Alone.Contains(keyword))
            {
                Alone = Alone is null ? keyword : throw schema.At(keyword).Error($"stands beside {Alone}; only one of them can be followed at a time");
            }
            else if (SchemaKeywords.ByType.Values.Any(keywords => keywords.Contains(keyword)))
            {
                bounds.Add(keyword);
            }
            else
            {
                throw schema.At(keyword).Error("is no keyword that is known here");
            }
        }

        if (Alone is not null && bounds.Count > 0)
        {
            throw schema.At(bounds[0]).Error($"stands beside {Alone}; only one of them can be followed at a time");
        }

        if (Alone is "$ref" or "anyOf" or "allOf" && schema.Has("type"))
        {
            throw schema.At("type").Error($"stands beside {Alone}; only one of them can be followed at a time");
        }
    }

    /// <summary>Of "type", or all that there are.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>$ref, anyOf, allOf, enum or const, where there is one.</summary>
    public string? Alone { get; }

    /// <summary>Whether a value is of one of the types.</summary>
    public bool Allow(JsonElement value)
    {
        string[] types = value.ValueKind switch
        {
            JsonValueKind.Object => ["object"],
            JsonValueKind.Array => ["array"],
            JsonValueKind.String => ["string"],
            JsonValueKind.True or JsonValueKind.False => ["boolean"],
            JsonValueKind.Null => ["null"],
            _ => value.TryGetDecimal(out decimal number) && decimal.IsInteger(number) ? ["number", "integer"] : ["number"],
        };
        return Names.Intersect(types).Any();
    }

    private static string[] TypesOf(SchemaValue schema)
    {
        if (!schema.Has("type"))
        {
            return All;
        }

        var type = schema.At("type");
        string[] names = type.Value.ValueKind switch
        {
            JsonValueKind.String => [type.Value.GetString()!],
            JsonValueKind.Array when type.Value.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String) => [.. type.Value.EnumerateArray().Select(name => name.GetString()!).Distinct()],
            _ => throw type.Error("must be a type's name or an array of names"),
        };
        if (names.Length == 0 || names.FirstOrDefault(name => !SchemaKeywords.ByType.ContainsKey(name)) is not null)
        {
            throw type.Error("must be of object, array, string, number, integer, boolean and null");
        }

        // Each integer is a number.
        return names.Contains("number") ? [.. names.Where(name => name != "integer")] : names;
    }
}
