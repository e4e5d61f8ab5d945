using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>Writes the JSON of messages, and of the parts that streams have in common with them.</summary>
/// <param name="request">What is answered.</param>
/// <param name="id">Of the message.</param>
internal sealed class MessagesAnswer(CompletionRequest request, string id)
{
    /// <param name="json">Gets an object.</param>
    /// <param name="answer">All of it.</param>
    /// <param name="usage">Of all of it.</param>
    public void WriteWhole(Utf8JsonWriter json, ChoiceAnswer answer, Usage usage)
    {
        var said = answer.Said;
        Begin(json);
        json.WriteStartArray("content");
        if (said.Text is { Length: > 0 } text)
        {
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        foreach (var call in said.Calls)
        {
            WriteCall(json, call, call.Arguments);
        }

        json.WriteEndArray();
        WriteStop(json, answer.Finish, answer.Stop, said.HasCalls);
        WriteUsage(json, usage);
        OpenAiExperts.Write(json, answer.Plan, answer.Tokens);
        json.WriteEndObject();
    }

    /// <summary>The message before anything is said.</summary>
    /// <param name="json">Gets an object.</param>
    /// <param name="first">Of its chunks.</param>
    public void WriteStart(Utf8JsonWriter json, CompletionChunk first)
    {
        json.WriteStartObject();
        json.WriteString("type", "message_start");
        json.WritePropertyName("message");
        Begin(json);
        json.WriteStartArray("content");
        json.WriteEndArray();
        json.WriteNull("stop_reason");
        json.WriteNull("stop_sequence");
        WriteUsage(json, first.PromptUsage ?? Usage.None);
        if (first.Plan is { } plan)
        {
            OpenAiExperts.Write(json, plan, []);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteCall(Utf8JsonWriter json, CallPart call, string arguments)
    {
        json.WriteStartObject();
        json.WriteString("type", "tool_use");
        json.WriteString("id", call.Id);
        json.WriteString("name", call.Name);
        json.WritePropertyName("input");
        json.WriteRawValue(arguments);
        json.WriteEndObject();
    }

    public static void WriteStop(Utf8JsonWriter json, FinishReason finish, StopMatch? stop, bool hasCalls)
    {
        json.WriteString("stop_reason", finish == FinishReason.Length ? "max_tokens" : hasCalls ? "tool_use" : stop?.Text is not null ? "stop_sequence" : "end_turn");
        json.WriteString("stop_sequence", stop?.Text);
    }

    /// <summary>Tokens that were read before are none of the input's, as Anthropic counts.</summary>
    public static void WriteUsage(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", usage.PromptTokens - usage.CachedPromptTokens);
        json.WriteNumber("cache_creation_input_tokens", 0);
        json.WriteNumber("cache_read_input_tokens", usage.CachedPromptTokens);
        json.WriteNumber("output_tokens", usage.CompletionTokens);
        ExpertUsages.Write(json, usage);
        json.WriteEndObject();
    }

    private void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", request.IsAuto ? CompletionRequest.Auto : request.Model);
    }
}
