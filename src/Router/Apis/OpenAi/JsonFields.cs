using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Reads typed fields of a JSON object; every failure names the field. JSON null means absent.</summary>
internal readonly struct JsonFields(JsonElement element, string prefix = "")
{
    public static RequestFailedException Wrong(string field, string problem) => new(FailureKind.InvalidArgument, $"{field} {problem}", field);

    /// <exception cref="RequestFailedException">The body is no object.</exception>
    public static JsonFields OfBody(JsonElement body) => body.ValueKind == JsonValueKind.Object
        ? new JsonFields(body)
        : throw new RequestFailedException(Failure.Invalid("body", "the body must be a JSON object"));

    public JsonElement? Get(string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;

    public string? String(string name) => Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(prefix + name, "must be a string");

    public bool Boolean(string name) => Get(name) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(prefix + name, "must be true or false"),
    };

    public int? Integer(string name) => Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number
        : throw Wrong(prefix + name, "must be a whole number, of at most 32 bits");

    public float? Number(string name) => Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) ? number
        : throw Wrong(prefix + name, "must be a number");

    public double? Double(string name) => Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number
        : throw Wrong(prefix + name, "must be a number");

    /// <summary>The names of the fields, each once.</summary>
    public IEnumerable<string> Names => element.EnumerateObject().Select(p => p.Name).Distinct(StringComparer.Ordinal);

    public JsonFields? Object(string name) => Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonFields(value, $"{prefix}{name}.")
        : throw Wrong(prefix + name, "must be an object");

    public IEnumerable<JsonElement> Array(string name) => Get(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray()
        : throw Wrong(prefix + name, "must be an array");

    public void RefuseUnknown(params ReadOnlySpan<string> known)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw Wrong(prefix + RequestLimits.Shorten(property.Name), $"is unknown; known are {string.Join(", ", known)}");
            }
        }
    }
}
