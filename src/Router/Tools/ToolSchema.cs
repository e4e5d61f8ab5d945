using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Tools;

/// <summary>
/// The JSON Schema of an answer that has to call tools: of one that is named its arguments, else an array of calls, as vLLM's guided decoding has it. What a tool's schema
/// defines for itself moves to the whole's own definitions, under names of its own, and its references with it.
/// </summary>
internal static class ToolSchema
{
    private const string Nothing = """{"type":"object","properties":{},"additionalProperties":false}""";
    private const string Definitions = "$defs";
    private const string Reference = "$ref";

    /// <summary>A node can't have one of two values.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly string[] Places = [Definitions, "definitions"];

    /// <param name="wish">One that a call has to come of.</param>
    /// <returns>A schema.</returns>
    /// <exception cref="JsonException">A name stands twice in an object of a tool's schema.</exception>
    public static string Of(ToolWish wish)
    {
        if (wish.Choice == ToolChoice.Named)
        {
            string own = wish.Tools.First(t => t.Name == wish.Named).Parameters;
            return own.Length > 0 ? own : Nothing;
        }

        JsonObject definitions = [];
        JsonArray calls = [];
        for (int i = 0; i < wish.Tools.Count; i++)
        {
            calls.Add(CallOf(wish.Tools[i], FormattableString.Invariant($"tool{i}"), definitions));
        }

        JsonObject schema = new() { ["type"] = "array", ["minItems"] = 1 };
        if (!wish.Parallel)
        {
            schema["maxItems"] = 1;
        }

        schema["items"] = calls.Count == 1 ? calls[0]!.DeepClone() : new JsonObject { ["anyOf"] = calls };
        if (definitions.Count > 0)
        {
            schema[Definitions] = definitions;
        }

        return schema.ToJsonString();
    }

    private static JsonObject CallOf(Tool tool, string prefix, JsonObject definitions)
    {
        var parameters = JsonNode.Parse(tool.Parameters.Length > 0 ? tool.Parameters : Nothing, documentOptions: Strict)!.AsObject();
        Redirect(parameters, prefix);
        foreach (string place in Places)
        {
            if (parameters[place] is JsonObject own)
            {
                parameters.Remove(place);
                foreach (var (name, definition) in own.ToArray())
                {
                    own.Remove(name);
                    definitions[NameOf(prefix, place, name)] = definition;
                }
            }
        }

        if (Refers(parameters, definitions, prefix))
        {
            definitions[prefix] = parameters.DeepClone();
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["name"] = new JsonObject { ["const"] = tool.Name }, ["parameters"] = parameters },
            ["required"] = new JsonArray("name", "parameters"),
            ["additionalProperties"] = false,
        };
    }

    /// <summary>References within the tool's schema are to places of the whole now.</summary>
    private static void Redirect(JsonNode? node, string prefix)
    {
        switch (node)
        {
            case JsonObject map:
                if (map[Reference] is JsonValue value && value.TryGetValue(out string? target))
                {
                    map[Reference] = Moved(target, prefix);
                }

                foreach (var (_, inner) in map)
                {
                    Redirect(inner, prefix);
                }

                break;
            case JsonArray list:
                foreach (var inner in list)
                {
                    Redirect(inner, prefix);
                }

                break;
        }
    }

    private static string Moved(string target, string prefix)
    {
        foreach (string place in Places)
        {
            if (target.StartsWith($"#/{place}/", StringComparison.Ordinal))
            {
                return $"#/{Definitions}/{NameOf(prefix, place, target[(place.Length + 3)..])}";
            }
        }

        return target == "#" ? $"#/{Definitions}/{prefix}" : target.StartsWith("#/", StringComparison.Ordinal) ? $"#/{Definitions}/{prefix}{target[1..]}" : target;
    }

    private static string NameOf(string prefix, string place, string name) => place == Definitions ? $"{prefix}.{name}" : $"{prefix}.{place}.{name}";

    /// <summary>Whether anything refers to the tool's schema itself, or into it.</summary>
    private static bool Refers(JsonObject parameters, JsonObject definitions, string prefix)
    {
        string whole = JsonSerializer.Serialize($"#/{Definitions}/{prefix}")[1..^1];
        return Has(parameters.ToJsonString()) || Has(definitions.ToJsonString());

        bool Has(string json) => json.Contains($"\"{whole}\"", StringComparison.Ordinal) || json.Contains($"\"{whole}/", StringComparison.Ordinal);
    }
}
