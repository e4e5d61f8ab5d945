using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>Schemas that are referred to, each a rule: so they may hold themselves. Made one after the other, however deep they refer.</summary>
internal sealed class SchemaReferences(JsonElement root, GrammarBuilder builder)
{
    private readonly Dictionary<string, RuleNode> _rules = new(StringComparer.Ordinal);
    private readonly Queue<(RuleNode Rule, SchemaValue Schema)> _open = new();

    public RuleNode To(SchemaValue schema)
    {
        if (!_rules.TryGetValue(schema.Place, out var rule))
        {
            rule = builder.Declare(schema.Place);
            _rules.Add(schema.Place, rule);
            _open.Enqueue((rule, schema));
        }

        return rule;
    }

    /// <summary>The next one whose rule is to be defined.</summary>
    public bool TryTake([NotNullWhen(true)] out RuleNode? rule, out SchemaValue schema)
    {
        bool isAny = _open.TryDequeue(out var next);
        (rule, schema) = next;
        return isAny;
    }

    /// <summary>What a "$ref" refers to: a JSON pointer (RFC 6901) into the same schema.</summary>
    public SchemaValue Find(SchemaValue reference)
    {
        string pointer = reference.Value.ValueKind == JsonValueKind.String ? reference.Value.GetString()! : throw reference.Error("must be a string");
        if (pointer != "#" && !pointer.StartsWith("#/", StringComparison.Ordinal))
        {
            throw reference.Error("refers to another place than one of the same schema, as #/$defs/name");
        }

        var found = root;
        foreach (string part in pointer.Split('/').Skip(1))
        {
            string name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            bool isThere = found.ValueKind switch
            {
                JsonValueKind.Object => found.TryGetProperty(name, out found),
                JsonValueKind.Array => TryGetItem(found, name, out found),
                _ => false,
            };
            if (!isThere)
            {
                throw reference.Error("refers to a place that is not there");
            }
        }

        return new SchemaValue(found, pointer);
    }

    private static bool TryGetItem(JsonElement array, string index, out JsonElement item)
    {
        bool isThere = int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int at) && at < array.GetArrayLength();
        item = isThere ? array[at] : array;
        return isThere;
    }
}
