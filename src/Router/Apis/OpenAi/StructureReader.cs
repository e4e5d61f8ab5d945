using System.Text.Json;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>What an answer has to be: OpenAI's response_format, vLLM's structured_outputs, and the guided_ fields that it had before those. One of them is taken.</summary>
internal static class StructureReader
{
    private const string Json = "json";
    private const string Regex = "regex";
    private const string Choice = "choice";
    private const string Grammar = "grammar";
    private const string JsonObject = "json_object";

    /// <summary>Null: anything.</summary>
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static StructuredOutput? Read(JsonFields fields)
    {
        StructuredOutput[] given = [.. ((StructuredOutput?[])
        [
            fields.Object("response_format") is { } format ? ReadFormat(format) : null,
            fields.Object("structured_outputs") is { } outputs ? ReadOutputs(outputs) : null,
            OfJson(fields.Get("guided_json"), "guided_json", "guided_json"),
            OfText(StructuredOutputKind.Regex, fields.String("guided_regex"), "guided_regex"),
            OfChoice(fields, "guided_choice", "guided_choice", "guided_choice"),
            OfText(StructuredOutputKind.Grammar, fields.String("guided_grammar"), "guided_grammar"),
        ]).OfType<StructuredOutput>()];
        return given.Length <= 1 ? given.FirstOrDefault() : throw JsonFields.Wrong(given[1].Field, $"stands beside {given[0].Field}; one of them is taken");
    }

    /// <summary>A format that has its schema beside its type, as /v1/responses and /v1/messages write it.</summary>
    /// <param name="format">Has both.</param>
    /// <param name="at">Where it stands, for messages.</param>
    /// <param name="field">One of <see cref="StructuredOutput.Fields"/>.</param>
    /// <returns>Null: any text.</returns>
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static StructuredOutput? ReadFlat(JsonFields format, string at, string field)
    {
        format.RefuseUnknown("type", "name", "description", "schema", "strict");
        return format.String("type") switch
        {
            "text" => null,
            JsonObject => new StructuredOutput { Kind = StructuredOutputKind.JsonObject, Field = field },
            "json_schema" => OfJson(format.Get("schema") ?? throw JsonFields.Wrong(at + ".schema", "is missing"), at + ".schema", field),
            var type => throw JsonFields.Wrong(at + ".type", type is null ? "is missing" : $"is '{RequestLimits.Shorten(type)}'; known are text, json_object and json_schema"),
        };
    }

    private static StructuredOutput? ReadFormat(JsonFields format)
    {
        string? type = format.String("type");
        switch (type)
        {
            case "text":
                return null;
            case JsonObject:
                return new StructuredOutput { Kind = StructuredOutputKind.JsonObject, Field = "response_format" };
            case "json_schema":
                var schema = format.Object("json_schema") ?? throw JsonFields.Wrong("response_format.json_schema", "is missing");
                schema.RefuseUnknown("name", "description", "schema", "strict");
                return OfJson(schema.Get("schema") ?? throw JsonFields.Wrong("response_format.json_schema.schema", "is missing"), "response_format.json_schema.schema", "response_format");
            default:
                throw JsonFields.Wrong("response_format.type", type is null ? "is missing" : $"is '{RequestLimits.Shorten(type)}'; known are text, json_object and json_schema");
        }
    }

    private static StructuredOutput ReadOutputs(JsonFields outputs)
    {
        const string field = "structured_outputs";
        outputs.RefuseUnknown(Json, Regex, Choice, Grammar, JsonObject);
        StructuredOutput[] given = [.. ((StructuredOutput?[])
        [
            OfJson(outputs.Get(Json), $"{field}.{Json}", field),
            OfText(StructuredOutputKind.Regex, outputs.String(Regex), field),
            OfChoice(outputs, Choice, $"{field}.{Choice}", field),
            OfText(StructuredOutputKind.Grammar, outputs.String(Grammar), field),
            outputs.Boolean(JsonObject) ? new StructuredOutput { Kind = StructuredOutputKind.JsonObject, Field = field } : null,
        ]).OfType<StructuredOutput>()];
        return given.Length == 1 ? given[0] : throw JsonFields.Wrong(field, $"must have one of {Json}, {Regex}, {Choice}, {Grammar} and {JsonObject}");
    }

    /// <summary>A schema, or one as a text.</summary>
    private static StructuredOutput? OfJson(JsonElement? schema, string place, string field) => schema?.ValueKind switch
    {
        null => null,
        JsonValueKind.String => OfText(StructuredOutputKind.JsonSchema, schema.Value.GetString(), field),
        JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False => OfText(StructuredOutputKind.JsonSchema, schema.Value.GetRawText(), field),
        _ => throw JsonFields.Wrong(place, "must be a JSON schema"),
    };

    private static StructuredOutput? OfText(StructuredOutputKind kind, string? source, string field) =>
        source is null ? null : new StructuredOutput { Kind = kind, Source = source, Field = field };

    private static StructuredOutput? OfChoice(JsonFields fields, string name, string place, string field) => fields.Get(name) is null ? null : new StructuredOutput
    {
        Kind = StructuredOutputKind.Choice,
        Choices = [.. fields.Array(name).Select(text => text.ValueKind == JsonValueKind.String ? text.GetString()! : throw JsonFields.Wrong(place, "must be an array of strings"))],
        Field = field,
    };
}
