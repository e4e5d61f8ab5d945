using System.Buffers;
using System.Text;
using System.Text.Json;
using ExpertCluster.V1;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace ExpertCluster.Client;

/// <summary>Writes the turns of a conversation. What is neither text nor a call of a function nor its result is refused by name.</summary>
internal static class MessageWriter
{
    /// <exception cref="ExpertClusterException">A content can't be sent.</exception>
    public static void Write(IList<Message> turns, IEnumerable<ChatMessage> messages)
    {
        int index = 0;
        foreach (var message in messages)
        {
            Write(turns, message, $"messages[{index++}]");
        }
    }

    private static void Write(IList<Message> turns, ChatMessage message, string at)
    {
        var turn = new Turn();
        int before = turns.Count;
        for (int i = 0; i < message.Contents.Count; i++)
        {
            string place = $"{at}.Contents[{i}]";
            switch (message.Contents[i])
            {
                case TextContent text:
                    turn.Text.Append(text.Text);
                    break;
                case TextReasoningContent reasoning when message.Role == ChatRole.Assistant:
                    turn.Reasoning.Append(reasoning.Text);
                    break;
                case FunctionCallContent call when message.Role == ChatRole.Assistant:
                    turn.Calls.Add(call);
                    break;
                case FunctionResultContent result:
                    // A turn each: that is how templates know them.
                    turns.Add(new Message { Role = ChatRole.Tool.Value, Content = ResultText(result, place), Fields = Fields(json => json.WriteString("tool_call_id", result.CallId)) });
                    break;
                case UsageContent:
                    // Says what an earlier answer cost, and nothing to a model.
                    break;
                case var other:
                    throw ExpertClusterException.Refused(place, $"is {other?.GetType().Name ?? "null"} in a turn of role {message.Role}, which can't be sent: texts, calls of functions and their results can");
            }
        }

        if (turns.Count == before || turn.Text.Length > 0 || turn.Calls.Count > 0)
        {
            turns.Add(new Message { Role = message.Role.Value, Content = turn.Text.ToString(), Fields = turn.HasFields(message) ? Fields(json => turn.WriteFields(json, message, at)) : "" });
        }
    }

    private static string ResultText(FunctionResultContent result, string at) => result.Result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        TextContent text => text.Text,
        IEnumerable<AIContent> parts when parts.All(part => part is TextContent) => string.Concat(parts.Cast<TextContent>().Select(part => part.Text)),
        AIContent or IEnumerable<AIContent> => throw ExpertClusterException.Refused(at, "has a result that is no text; only texts and what can be written as JSON can be sent"),
        var value => Encoding.UTF8.GetString(Json(json => Value(json, value, at)).WrittenSpan),
    };

    private static void Value(Utf8JsonWriter json, object? value, string at)
    {
        try
        {
            JsonSerializer.Serialize(json, value, AIJsonUtilities.DefaultOptions);
        }
        catch (Exception error) when (error is NotSupportedException or JsonException or ArgumentException)
        {
            throw ExpertClusterException.Refused(at, $"has a {value?.GetType().Name}, which can't be written as JSON");
        }
    }

    private static string Fields(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Json(json =>
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }).WrittenSpan);

    private static ArrayBufferWriter<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, ToolWriter.Plain);
        write(json);
        json.Flush();
        return buffer;
    }

    /// <summary>What a message comes to, beside results.</summary>
    private sealed class Turn
    {
        public StringBuilder Text { get; } = new();

        public StringBuilder Reasoning { get; } = new();

        public List<FunctionCallContent> Calls { get; } = [];

        public bool HasFields(ChatMessage message) => message.AuthorName is { Length: > 0 } || Reasoning.Length > 0 || Calls.Count > 0;

        public void WriteFields(Utf8JsonWriter json, ChatMessage message, string at)
        {
            if (message.AuthorName is { Length: > 0 } name)
            {
                json.WriteString("name", name);
            }

            if (Reasoning.Length > 0)
            {
                json.WriteString("reasoning_content", Reasoning.ToString());
            }

            if (Calls.Count > 0)
            {
                json.WriteStartArray("tool_calls");
                Calls.ForEach(call => WriteCall(json, call, at));
                json.WriteEndArray();
            }
        }

        private static void WriteCall(Utf8JsonWriter json, FunctionCallContent call, string at)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteString("id", call.CallId);
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WritePropertyName("arguments");
            Value(json, call.Arguments ?? new Dictionary<string, object?>(), $"{at}: the call of {call.Name}");
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
