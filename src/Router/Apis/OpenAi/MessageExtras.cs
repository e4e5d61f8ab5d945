using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Reads what a turn has beside role and content: what chat templates find in it.</summary>
internal static class MessageExtras
{
    private const string Calls = "tool_calls";

    /// <returns>A JSON object; empty: there is nothing.</returns>
    public static string Read(JsonFields message, string at)
    {
        JsonElement[] calls = [.. message.Array(Calls)];
        (string Name, string? Text)[] texts =
        [
            ("name", message.String("name")),
            ("tool_call_id", message.String("tool_call_id")),
            ("reasoning_content", message.String("reasoning_content") ?? message.String("reasoning")),
        ];
        if (calls.Length == 0 && Array.TrueForAll(texts, text => text.Text is null))
        {
            return "";
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            foreach (var (name, text) in texts.Where(text => text.Text is not null))
            {
                json.WriteString(name, text);
            }

            if (calls.Length > 0)
            {
                json.WriteStartArray(Calls);
                for (int i = 0; i < calls.Length; i++)
                {
                    WriteCall(json, calls[i], $"{at}.{Calls}[{i}]");
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteCall(Utf8JsonWriter json, JsonElement element, string at)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong(at, "must be an object");
        }

        var call = new JsonFields(element, at + ".");
        call.RefuseUnknown("id", "type", "function", "index");
        if (call.String("type") is not (null or "function"))
        {
            throw JsonFields.Wrong(at + ".type", "must be function");
        }

        var function = call.Object("function") ?? throw JsonFields.Wrong(at + ".function", "is missing");
        function.RefuseUnknown("name", "arguments");
        json.WriteStartObject();
        json.WriteString("type", "function");
        if (call.String("id") is { } id)
        {
            json.WriteString("id", id);
        }

        json.WriteStartObject("function");
        json.WriteString("name", function.String("name") ?? throw JsonFields.Wrong(at + ".function.name", "is missing"));
        json.WritePropertyName("arguments");
        WriteArguments(json, function, "arguments", at + ".function.arguments");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Over the wire they are a text with an object in it; templates read the object, as transformers and vLLM give it.</summary>
    /// <param name="json">Gets an object.</param>
    /// <param name="call">Has them.</param>
    /// <param name="name">What they are called there.</param>
    /// <param name="field">The same, for messages.</param>
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument: they are none.</exception>
    public static void WriteArguments(Utf8JsonWriter json, JsonFields call, string name, string field)
    {
        if (call.Get(name) is { ValueKind: JsonValueKind.Object } given)
        {
            given.WriteTo(json);
            return;
        }

        string text = call.String(name) ?? "";
        try
        {
            using var document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                document.RootElement.WriteTo(json);
                return;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw JsonFields.Wrong(field, "must be a JSON object, as a string");
    }
}
