using System.Text;
using System.Text.Json;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>An item of a response's output: a message, or a call.</summary>
/// <param name="Id">Of the item.</param>
/// <param name="CallId">Of the call; null: it is a message.</param>
/// <param name="Name">Of the call's function.</param>
internal sealed record OutputItem(string Id, string? CallId = null, string? Name = null)
{
    /// <summary>What is said, or the arguments.</summary>
    public StringBuilder Text { get; } = new();

    public bool IsCall => CallId is not null;

    /// <param name="json">Gets an object.</param>
    /// <param name="status">in_progress, completed or incomplete.</param>
    public void Write(Utf8JsonWriter json, string status)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("type", IsCall ? "function_call" : "message");
        json.WriteString("status", status);
        if (IsCall)
        {
            json.WriteString("call_id", CallId);
            json.WriteString("name", Name);
            json.WriteString("arguments", Text.ToString());
        }
        else
        {
            json.WriteString("role", "assistant");
            json.WriteStartArray("content");
            if (status != ResponsesAnswer.InProgress)
            {
                WritePart(json);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>The one part of a message.</summary>
    public void WritePart(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "output_text");
        json.WriteString("text", Text.ToString());
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteStartArray("logprobs");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
