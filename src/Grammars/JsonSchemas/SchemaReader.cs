using System.Text;
using System.Text.Json;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>
/// The JSON texts that a schema (draft 2020-12, the keywords that OpenAI allows) holds for. Properties come in the schema's order, those that it does not name behind
/// them. Keywords that are known and not followed, and those that nobody knows, are refused by name: a bound that is not kept would be a lie.
/// </summary>
internal sealed class SchemaReader
{
    private readonly GrammarBuilder _builder = new();
    private readonly GrammarBudget _budget;
    private readonly JsonRules _json;
    private readonly SchemaReferences _references;

    private SchemaReader(JsonElement root, GrammarBudget budget)
    {
        _budget = budget;
        _json = new JsonRules(_builder);
        _references = new SchemaReferences(root, _builder);
    }

    /// <param name="schema">JSON: an object, or true for any value.</param>
    /// <param name="budget">Of the whole grammar.</param>
    /// <exception cref="GrammarException">Names the place in the schema and what is wrong there.</exception>
    public static Grammar Read(string schema, GrammarBudget budget)
    {
        using var document = Parse(schema);
        SchemaReader reader = new(document.RootElement, budget);
        reader._references.To(new SchemaValue(document.RootElement, "#"));
        while (reader._references.TryTake(out var rule, out var value))
        {
            reader._builder.Define(rule, reader.Node(value));
        }

        return reader._builder.Build();
    }

    /// <summary>Any JSON object: OpenAI's json_object.</summary>
    public static Grammar AnyObject()
    {
        GrammarBuilder builder = new();
        var root = builder.Declare("root");
        builder.Define(root, new JsonRules(builder).Object);
        return builder.Build();
    }

    private static JsonDocument Parse(string schema)
    {
        if (schema.Length > GrammarLimits.MaxSource)
        {
            throw new GrammarException($"has a schema of {schema.Length} characters; at most {GrammarLimits.MaxSource} are read");
        }

        try
        {
            RequireText(schema);
            return JsonDocument.Parse(schema, new JsonDocumentOptions { MaxDepth = GrammarLimits.MaxDepth, AllowDuplicateProperties = false });
        }
        catch (InvalidOperationException)
        {
            throw new GrammarException("has a schema with a string, or a name, that is not valid Unicode");
        }
        catch (JsonException error)
        {
            throw new GrammarException($"has a schema that is no JSON of depth {GrammarLimits.MaxDepth} at most (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1})");
        }
    }

    /// <summary>An escaped half of a surrogate pair passes the parser, and throws at the first look.</summary>
    /// <exception cref="InvalidOperationException">A string is no text.</exception>
    private static void RequireText(string schema)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(schema), new JsonReaderOptions { MaxDepth = GrammarLimits.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                reader.GetString();
            }
        }
    }

    private GrammarNode Node(SchemaValue schema)
    {
        _budget.Spend();
        switch (schema.Value.ValueKind)
        {
            case JsonValueKind.True:
                return _json.Value;
            case JsonValueKind.False:
                return GrammarNode.Nothing;
            case JsonValueKind.Object:
                break;
            default:
                throw schema.Error("must be an object, true or false");
        }

        SchemaTypes types = new(schema);
        return types.Alone is { } alone ? AloneNode(schema.At(alone), alone, types) : GrammarNode.Choice([.. types.Names.Select(type => Typed(schema, type))]);
    }

    private GrammarNode AloneNode(SchemaValue value, string keyword, SchemaTypes types) => keyword switch
    {
        "$ref" => _references.To(_references.Find(value)),
        "anyOf" => GrammarNode.Choice([.. Schemas(value).Select(Node)]),
        "allOf" => Schemas(value) is [var only] ? Node(only) : throw value.Error("has several schemas; only one can be followed at a time"),
        "enum" => Literals(value.Value.ValueKind == JsonValueKind.Array ? value.Value.EnumerateArray() : throw value.Error("must be an array"), types),
        _ => Literals([value.Value], types),
    };

    private static List<SchemaValue> Schemas(SchemaValue value) =>
        value.Value.ValueKind == JsonValueKind.Array && value.Value.GetArrayLength() > 0
            ? [.. value.Value.EnumerateArray().Select((schema, i) => new SchemaValue(schema, $"{value.Place}/{i}"))]
            : throw value.Error("must be an array of at least one schema");

    private TextsNode Literals(IEnumerable<JsonElement> values, SchemaTypes types)
    {
        List<string> texts = [.. values.Where(types.Allow).Select(JsonTexts.Of)];
        _budget.Spend(texts.Count);
        return texts.Count <= GrammarLimits.MaxChoices ? new TextsNode(texts) : throw new GrammarException($"has an enum of {texts.Count} values; there may be {GrammarLimits.MaxChoices}");
    }

    private GrammarNode Typed(SchemaValue schema, string type) => type switch
    {
        "object" => new ObjectSchema(_builder, _json, Rule, _budget).Node(schema),
        "array" => ArrayNode(schema),
        "string" => StringSchema.Node(schema, _json, _budget),
        "number" => NumberNode(schema, isInteger: false),
        "integer" => NumberNode(schema, isInteger: true),
        "boolean" => JsonRules.Boolean,
        _ => JsonRules.Null,
    };

    /// <summary>A rule of its own for a schema that is named more than once in what is built.</summary>
    private GrammarNode Rule(SchemaValue schema)
    {
        if (schema.Value.ValueKind == JsonValueKind.True)
        {
            return _json.Value;
        }

        var node = Node(schema);
        if (node is RuleNode)
        {
            return node;
        }

        var rule = _builder.Declare(schema.Place);
        _builder.Define(rule, node);
        return rule;
    }

    private GrammarNode ArrayNode(SchemaValue schema)
    {
        int least = schema.Count("minItems") ?? 0;
        int? most = schema.Count("maxItems");
        if (schema.Has("uniqueItems") && schema.At("uniqueItems").Value.ValueKind != JsonValueKind.False)
        {
            throw schema.At("uniqueItems").Error("is not followed; what stood before would have to be remembered");
        }

        if (most < least)
        {
            throw schema.At("maxItems").Error($"is {most}, below minItems, which is {least}");
        }

        return _json.Braced('[', schema.Has("items") ? Rule(schema.At("items")) : _json.Value, ']', least, most);
    }

    private RuleNode NumberNode(SchemaValue schema, bool isInteger)
    {
        var (least, above) = Bound(schema.Number("minimum"), schema.Number("exclusiveMinimum"), (a, b) => a > b);
        var (most, below) = Bound(schema.Number("maximum"), schema.Number("exclusiveMaximum"), (a, b) => a < b);
        decimal? divisor = schema.Number("multipleOf");
        if (divisor <= 0)
        {
            throw schema.At("multipleOf").Error("must be above 0");
        }

        if (least is null && most is null && divisor is null && !isInteger)
        {
            return _json.Number;
        }

        // The automata of each bounds are made once, however many properties have them.
        NumberBounds bounds = new(isInteger, least, above, most, below, divisor);
        return _json.Rule($"{bounds}", () => NumberTexts.Of(bounds, _budget));
    }

    /// <summary>The narrower one of a bound that may be reached and one that may not.</summary>
    private static (decimal? Bound, bool IsExclusive) Bound(decimal? inclusive, decimal? exclusive, Func<decimal?, decimal?, bool> isNarrower) =>
        exclusive is null || (inclusive is not null && isNarrower(inclusive, exclusive)) ? (inclusive, false) : (exclusive, true);
}
