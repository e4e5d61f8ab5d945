using System.Text.Json.Nodes;

namespace ExpertCluster.Grammars.Tests.JsonSchemas;

/// <summary>Makes schemas of the keywords that are followed.</summary>
internal static class RandomSchema
{
    private static readonly string[] Names = ["a", "b", "ab", "id", "na\"me", "é", "list", "x y"];
    private static readonly string[] Formats = ["date", "time", "date-time", "email", "hostname", "ipv4", "ipv6", "uuid"];
    /// <summary>None with a class that holds characters beyond 16 bits: to .NET's engine, which judges, those are two.</summary>
    private static readonly string[] Patterns = ["^[a-z]{2,4}$", "^[a-m]+x", "^(ab|c)+", "[0-9]$", "^[A-Z!]{1,5}\"\\\\$", "^[0-9a-f]{0,3}$"];

    /// <summary>An object with definitions that it may refer to.</summary>
    public static JsonNode Make(Random random)
    {
        var schema = Object(random, depth: 3);
        schema["$defs"] = new JsonObject { ["one"] = Value(random, 0), ["two"] = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "null" }, Object(random, 1)) } };
        return schema;
    }

    private static JsonNode Value(Random random, int depth) => random.Next(depth > 0 ? 11 : 6) switch
    {
        0 => Text(random),
        1 => Number(random, "integer"),
        2 => Number(random, "number"),
        3 => new JsonObject { ["enum"] = new JsonArray("x", 1, null, true, new JsonObject { ["k"] = "v" }) },
        4 => new JsonObject { ["type"] = new JsonArray("boolean", "null") },
        5 => new JsonObject { ["const"] = random.Next(2) == 0 ? "c\n" : 1.5 },
        6 or 7 => Object(random, depth - 1),
        8 => Array(random, depth - 1),
        9 => new JsonObject { ["anyOf"] = new JsonArray(Value(random, depth - 1), Value(random, depth - 1)), ["title"] = "t" },
        _ => new JsonObject { ["$ref"] = random.Next(2) == 0 ? "#/$defs/two" : "#/$defs/one" },
    };

    private static JsonObject Object(Random random, int depth)
    {
        string[] names = [.. Names.Where(_ => random.Next(2) == 0)];
        JsonObject schema = new() { ["type"] = "object", ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)Value(random, depth)))) };
        if (random.Next(2) == 0)
        {
            schema["required"] = new JsonArray([.. names.Where(_ => random.Next(2) == 0).Select(name => JsonValue.Create(name))]);
        }

        switch (random.Next(3))
        {
            case 0:
                schema["additionalProperties"] = false;
                break;
            case 1:
                schema["additionalProperties"] = Value(random, 0);
                break;
        }

        return schema;
    }

    private static JsonObject Array(Random random, int depth)
    {
        JsonObject schema = new() { ["type"] = "array", ["items"] = Value(random, depth) };
        int least = random.Next(3);
        Maybe(random, schema, "minItems", least);
        Maybe(random, schema, "maxItems", least + random.Next(3));
        return schema;
    }

    private static JsonObject Text(Random random)
    {
        JsonObject schema = new() { ["type"] = "string" };
        switch (random.Next(4))
        {
            case 0:
                schema["format"] = Formats[random.Next(Formats.Length)];
                break;
            case 1:
                schema["pattern"] = Patterns[random.Next(Patterns.Length)];
                Maybe(random, schema, "maxLength", 6 + random.Next(10));
                break;
            case 2:
                Maybe(random, schema, "minLength", random.Next(4));
                Maybe(random, schema, "maxLength", 4 + random.Next(40));
                break;
        }

        return schema;
    }

    private static JsonObject Number(Random random, string type)
    {
        JsonObject schema = new() { ["type"] = type };
        double least = random.Next(-200, 200);
        if (type == "number" && random.Next(2) == 0)
        {
            least /= 8;
        }

        // One bound at least: without any, numbers have exponents, for which the judge has no room.
        schema[random.Next(2) == 0 ? "minimum" : "exclusiveMinimum"] = least;
        Maybe(random, schema, random.Next(2) == 0 ? "maximum" : "exclusiveMaximum", least + 12 + random.Next(300));
        if (random.Next(4) == 0)
        {
            schema["multipleOf"] = type == "integer" ? 1 + random.Next(9) : 0.25;
        }

        return schema;
    }

    private static void Maybe(Random random, JsonObject schema, string keyword, double value)
    {
        if (random.Next(2) == 0)
        {
            schema[keyword] = value;
        }
    }
}
