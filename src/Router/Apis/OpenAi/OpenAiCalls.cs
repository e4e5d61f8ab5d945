using System.Text.Json;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>The key `tool_calls` of a message, or of a stream's delta.</summary>
internal static class OpenAiCalls
{
    /// <param name="json">Gets the key.</param>
    /// <param name="calls">Where there are none, nothing is written.</param>
    /// <param name="isDelta">In a stream each says which call it belongs to, and only its first piece the rest.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<CallPart> calls, bool isDelta)
    {
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            if (isDelta)
            {
                json.WriteNumber("index", call.Index);
            }

            if (call.Id is not null)
            {
                json.WriteString("id", call.Id);
                json.WriteString("type", "function");
            }

            json.WriteStartObject("function");
            if (call.Name is not null)
            {
                json.WriteString("name", call.Name);
            }

            json.WriteString("arguments", call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
