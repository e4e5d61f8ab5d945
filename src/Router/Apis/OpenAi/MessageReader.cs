using System.Text.Json;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Reads the turns of a conversation, as clients send them and as they send answers back.</summary>
internal static class MessageReader
{
    public static List<ChatMessage> ReadAll(JsonFields fields)
    {
        List<ChatMessage> messages = [];
        foreach (var element in fields.Array("messages"))
        {
            messages.Add(Read(element, $"messages[{messages.Count}]"));
        }

        return messages.Count > 0 ? messages : throw JsonFields.Wrong("messages", "is missing or empty");
    }

    private static ChatMessage Read(JsonElement element, string at)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong(at, "must be an object");
        }

        var message = new JsonFields(element, at + ".");
        message.RefuseUnknown(
            "role", "content", "name", "tool_calls", "tool_call_id", "reasoning_content", "reasoning", "refusal", "audio", "function_call", "annotations");
        foreach (string name in (string[])["refusal", "audio", "function_call"])
        {
            if (message.Get(name) is not null)
            {
                throw JsonFields.Wrong($"{at}.{name}", "is not supported: no template here reads it");
            }
        }

        string role = message.String("role") ?? throw JsonFields.Wrong(at + ".role", "is missing");
        role = role == "developer" ? ChatMessage.System : role;
        return new ChatMessage(role, ReadContent(message, at) ?? Absent(role, at)) { Fields = MessageExtras.Read(message, at) };
    }

    /// <summary>An assistant's turn may have none, beside calls of tools or alone; what it said then is nothing, and not the word None.</summary>
    private static string Absent(string role, string at) =>
        role == ChatMessage.Assistant ? "" : throw JsonFields.Wrong(at + ".content", $"is missing; only a turn of role {ChatMessage.Assistant} may have none");

    /// <summary>A string, or parts of which all are text; null where there is none.</summary>
    private static string? ReadContent(JsonFields message, string at) =>
        message.Get("content") is { ValueKind: JsonValueKind.Array } parts ? string.Concat(parts.EnumerateArray().Select(part => ReadPart(part, at + ".content"))) : message.String("content");

    private static string ReadPart(JsonElement element, string at)
    {
        var part = new JsonFields(element, at + ".");
        if (element.ValueKind != JsonValueKind.Object || part.String("type") != "text")
        {
            throw JsonFields.Wrong(at, "has a part that is not text; only text is supported");
        }

        // Where a cache may cut is others' to know: this one finds it.
        part.RefuseUnknown("type", "text", "cache_control");
        return part.String("text") ?? throw JsonFields.Wrong(at + ".text", "is missing");
    }
}
