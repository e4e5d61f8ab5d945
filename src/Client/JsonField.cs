using System.Text.Json;
using Microsoft.Extensions.AI;

namespace ExpertCluster.Client;

/// <summary>A value of a request's additional properties, as JSON, and how errors call it.</summary>
internal readonly record struct JsonField(string Name, JsonElement Value)
{
    /// <exception cref="ExpertClusterException">It is nothing that JSON has.</exception>
    public static JsonField Of(string name, object? value)
    {
        try
        {
            return new JsonField(name, value as JsonElement? ?? JsonSerializer.SerializeToElement(value, AIJsonUtilities.DefaultOptions));
        }
        catch (Exception error) when (error is NotSupportedException or JsonException or ArgumentException)
        {
            throw ExpertClusterException.Refused(name, $"is a {value?.GetType().Name}, which can't be written as JSON");
        }
    }

    public string Text() => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong("must be a text");

    public bool Boolean() => Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Value.GetBoolean() : throw Wrong("must be true or false");

    public int Int32() => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out int number) ? number : throw Wrong("must be a whole number of 32 bits");

    public double Double() => Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out double number) ? number : throw Wrong("must be a number");

    public float Single() => (float)Double();

    public IEnumerable<JsonField> Items()
    {
        if (Value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong("must be a list");
        }

        string name = Name;
        return Value.EnumerateArray().Select((item, i) => new JsonField($"{name}[{i}]", item));
    }

    /// <summary>Members by name; errors call them by the whole path.</summary>
    public IEnumerable<(string Key, JsonField Field)> Members()
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("must be an object");
        }

        string name = Name;
        return Value.EnumerateObject().Select(member => (member.Name, new JsonField($"{name}.{member.Name}", member.Value)));
    }

    /// <summary>The JSON of an object or a list.</summary>
    public string Json(JsonValueKind kind) => Value.ValueKind == kind ? Value.GetRawText() : throw Wrong(kind == JsonValueKind.Array ? "must be a list" : "must be an object");

    public ExpertClusterException Wrong(string problem) => ExpertClusterException.Refused(Name, problem);
}
