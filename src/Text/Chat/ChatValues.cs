using System.Text.Json;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Chat.Evaluation;

namespace ExpertCluster.Text.Chat;

/// <summary>From JSON to the values that templates know.</summary>
public static class ChatValues
{
    private const int Deepest = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Deepest };

    /// <exception cref="ChatTemplateException">It is no JSON object, or nested deeper than 32.</exception>
    public static IReadOnlyDictionary<string, object?> ReadObject(string json) =>
        Read(json) as Dictionary<string, object?> ?? throw new ChatTemplateException("a value must be a JSON object");

    /// <exception cref="ChatTemplateException">It is no JSON array, or nested deeper than 32.</exception>
    public static IReadOnlyList<object?> ReadArray(string json) =>
        Read(json) as List<object?> ?? throw new ChatTemplateException("a value must be a JSON array");

    private static object? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Of(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ChatTemplateException($"a value is not valid JSON, or nested deeper than {Deepest}", inner: error);
        }
    }

    /// <summary>As Python reads it: an int where it has neither a point nor an exponent.</summary>
    private static object Number(JsonElement element)
    {
        string text = element.GetRawText();
        return element.TryGetInt64(out long number) ? number
            : text.AsSpan().IndexOfAny(".eE") < 0 ? new Fraction(text)
            : element.GetDouble();
    }

    private static object? Of(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Dictionary<string, object?> map = new(StringComparer.Ordinal);
                foreach (var property in element.EnumerateObject())
                {
                    map[property.Name] = Of(property.Value);
                }

                return map;
            case JsonValueKind.Array:
                return element.EnumerateArray().Select(Of).ToList();
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return Number(element);
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                return null;
        }
    }
}
