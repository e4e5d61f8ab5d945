using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Encoders;

namespace ExpertCluster.Router.Apis.Encoders;

/// <summary>Fields that requests for encoders have in common, whatever path they come by.</summary>
internal static class EncoderFields
{
    public const string Truncate = "truncate_prompt_tokens";

    /// <summary>As hosts, and gRPC, call it.</summary>
    public const string HostsTruncate = "truncate_tokens";

    public const string TruncateNote = "a longer text is cut to so many tokens; -1: to what the encoder reads. Absent: it is refused";

    /// <returns>Null: what is too long is refused.</returns>
    public static int? ReadTruncate(JsonFields fields) => fields.Integer(Truncate) is { } most ? EncodingLimits.CheckTruncate(most, Truncate) : null;

    /// <summary>A failure as these paths name its field.</summary>
    public static RequestFailedException Named(RequestFailedException error) => Renamed(error, HostsTruncate, Truncate);

    /// <summary>A failure whose message begins with the field's name, as it is called here.</summary>
    public static RequestFailedException Renamed(RequestFailedException error, string field, string name) => error.Failure.Field == field
        ? new RequestFailedException(error.Failure with { Message = name + error.Failure.Message[field.Length..], Field = name })
        : error;

    /// <summary>A text, or a list of texts.</summary>
    /// <param name="fields">Of the body.</param>
    /// <param name="name">Of the field.</param>
    /// <param name="textOf">What a member of the list says; null: it is no such thing.</param>
    /// <param name="isCut">Whether texts may be cut.</param>
    /// <exception cref="RequestFailedException">It is missing, empty, too long, or something else.</exception>
    public static List<string> ReadTexts(JsonFields fields, string name, Func<JsonElement, string?> textOf, bool isCut)
    {
        switch (fields.Get(name))
        {
            case null:
                throw JsonFields.Wrong(name, "is missing");
            case { ValueKind: JsonValueKind.Array } list:
                EncodingLimits.CheckCount(list.GetArrayLength(), name);
                return [.. list.EnumerateArray().Select((one, i) => Read(one, $"{name}[{i}]"))];
            case { } one:
                return [Read(one, name)];
        }

        string Read(JsonElement one, string field) => textOf(one) is { } text ? EncodingLimits.Checked(text, field, isCut) : throw JsonFields.Wrong(field, "must be a text");
    }

    public static string? TextOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
