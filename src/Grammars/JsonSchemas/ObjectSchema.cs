using System.Text.Json;
using ExpertCluster.Grammars.Automata;
using ExpertCluster.Grammars.Characters;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>Objects: for each property a rule of what may follow from it on, with or without one before it.</summary>
/// <param name="builder">Takes the rules.</param>
/// <param name="json">JSON's own.</param>
/// <param name="rule">Makes a rule of a schema.</param>
/// <param name="budget">Of the whole grammar.</param>
internal sealed class ObjectSchema(GrammarBuilder builder, JsonRules json, Func<SchemaValue, GrammarNode> rule, GrammarBudget budget)
{
    public GrammarNode Node(SchemaValue schema)
    {
        var properties = Properties(schema);
        if (properties.Count == 0 && !schema.Has("additionalProperties"))
        {
            return json.Object;
        }

        // From behind: what may follow where a property came before, and where none did.
        GrammarNode afterOne = json.Space;
        var afterNone = GrammarNode.Empty;
        if (Additional(schema, properties) is { } more)
        {
            afterOne = Rest(schema, GrammarNode.Sequence(GrammarNode.Many(GrammarNode.Sequence(json.Comma, more)), json.Space));
            afterNone = Rest(schema, GrammarNode.Optional(GrammarNode.Sequence(more, afterOne)));
        }

        foreach (var property in properties.AsEnumerable().Reverse())
        {
            budget.Spend();
            var (with, without) = (GrammarNode.Sequence(property.Member, afterOne), property.IsRequired ? GrammarNode.Nothing : afterNone);
            var behind = GrammarNode.Sequence(json.Comma, with);
            (afterOne, afterNone) = (
                Rest(schema, property.IsRequired ? behind : GrammarNode.Choice(behind, afterOne)),
                Rest(schema, GrammarNode.Choice(with, without)));
        }

        return GrammarNode.Sequence(GrammarNode.Text("{"), json.Space, afterNone, GrammarNode.Text("}"));
    }

    private List<Property> Properties(SchemaValue schema)
    {
        var required = Required(schema);
        List<Property> properties = [];
        if (schema.Has("properties"))
        {
            var all = schema.At("properties");
            foreach (string name in all.Value.ValueKind == JsonValueKind.Object ? all.Keywords : throw all.Error("must be an object"))
            {
                var value = all.At(name);
                bool isRequired = required.Remove(name);
                if (value.Value.ValueKind != JsonValueKind.False || isRequired)
                {
                    properties.Add(new Property(name, isRequired, Member(name, rule(value))));
                }
                else
                {
                    // Named so that it is not there.
                    properties.Add(new Property(name, false, GrammarNode.Nothing));
                }
            }
        }

        if (required.Count > 0)
        {
            var other = AdditionalValue(schema) ?? throw schema.At("required").Error($"names '{required.First()}', which is not among the properties, and there may be no others");
            properties.AddRange(required.Order(StringComparer.Ordinal).Select(name => new Property(name, true, Member(name, other))));
        }

        return properties;
    }

    private static HashSet<string> Required(SchemaValue schema)
    {
        if (!schema.Has("required"))
        {
            return [];
        }

        var names = schema.At("required");
        return names.Value.ValueKind == JsonValueKind.Array && names.Value.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
            ? [.. names.Value.EnumerateArray().Select(name => name.GetString()!)]
            : throw names.Error("must be an array of strings");
    }

    /// <summary>A property that the schema does not name; null where there may be none.</summary>
    private GrammarNode? Additional(SchemaValue schema, List<Property> properties)
    {
        if (AdditionalValue(schema) is not { } value)
        {
            return null;
        }

        if (properties.Count == 0)
        {
            return json.Member(json.String, value);
        }

        var any = AutomatonBuilder.Build(GrammarNode.Many(new CharactersNode(CodePointSet.All)), budget);
        var named = AutomatonBuilder.Build(new TextsNode([.. properties.Select(property => property.Name)]), budget);
        return json.Member(JsonRules.Quoted(new AutomatonNode(any.Except(named, budget), InJson: true)), value);
    }

    private GrammarNode? AdditionalValue(SchemaValue schema) =>
        !schema.Has("additionalProperties") ? json.Value
        : schema.At("additionalProperties") is var others && others.Value.ValueKind == JsonValueKind.False ? null
        : rule(others);

    private GrammarNode Member(string name, GrammarNode value) => json.Member(GrammarNode.Text(JsonTexts.Of(name)), value);

    private RuleNode Rest(SchemaValue schema, GrammarNode node)
    {
        var rest = builder.Declare(schema.Place);
        builder.Define(rest, node);
        return rest;
    }

    private sealed record Property(string Name, bool IsRequired, GrammarNode Member);
}
