using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>Reads turns as Anthropic writes them, in blocks, to turns as templates know them: calls stand beside the assistant's text, and each result of one is a turn of role tool.</summary>
internal static class TurnReader
{
    /// <returns>At least one.</returns>
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static List<ChatMessage> ReadAll(JsonFields fields)
    {
        List<ChatMessage> turns = [];
        if (fields.Get("system") is { } system && ReadText(system, "system") is { Length: > 0 } text)
        {
            turns.Add(new ChatMessage(ChatMessage.System, text));
        }

        int i = 0;
        foreach (var element in fields.Array("messages"))
        {
            Read(element, $"messages[{i++}]", turns);
        }

        return i > 0 ? turns : throw JsonFields.Wrong("messages", "is missing or empty");
    }

    private static void Read(JsonElement element, string at, List<ChatMessage> turns)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong(at, "must be an object");
        }

        var message = new JsonFields(element, at + ".");
        message.RefuseUnknown("role", "content");
        string role = message.String("role") ?? throw JsonFields.Wrong(at + ".role", "is missing");
        if (role is not (ChatMessage.User or ChatMessage.Assistant))
        {
            throw JsonFields.Wrong(at + ".role", $"must be {ChatMessage.User} or {ChatMessage.Assistant}");
        }

        var content = message.Get("content") ?? throw JsonFields.Wrong(at + ".content", "is missing");
        if (content.ValueKind == JsonValueKind.String)
        {
            turns.Add(new ChatMessage(role, content.GetString()!));
            return;
        }

        ReadBlocks(message.Array("content"), role, at + ".content", turns);
    }

    private static void ReadBlocks(IEnumerable<JsonElement> blocks, string role, string at, List<ChatMessage> turns)
    {
        StringBuilder text = new();
        using var calls = new TurnFields();
        int i = 0;
        bool isResult = false;
        foreach (var element in blocks)
        {
            string place = $"{at}[{i++}]";
            var block = BlockOf(element, place);
            switch (block.String("type"))
            {
                case "text":
                    block.RefuseUnknown("type", "text", "cache_control", "citations");
                    text.Append(block.String("text") ?? throw JsonFields.Wrong(place + ".text", "is missing"));
                    break;
                case "tool_use" when role == ChatMessage.Assistant:
                    block.RefuseUnknown("type", "id", "name", "input", "cache_control", "caller");
                    calls.Add(block, "id", "input", place);
                    break;
                case "tool_result" when role == ChatMessage.User:
                    block.RefuseUnknown("type", "tool_use_id", "content", "is_error", "cache_control");
                    turns.Add(ReadResult(block, place));
                    isResult = true;
                    break;
                case "thinking" when role == ChatMessage.Assistant:
                    block.RefuseUnknown("type", "thinking", "signature");
                    calls.Think(block.String("thinking") ?? "");
                    break;
                case var type:
                    throw JsonFields.Wrong(place + ".type", $"is {(type is null ? "missing" : $"\"{RequestLimits.Shorten(type)}\"")}; a turn of role {role} may have text{(role == ChatMessage.User ? " and tool_result" : ", tool_use and thinking")}");
            }
        }

        if (i == 0)
        {
            throw JsonFields.Wrong(at, "is empty");
        }

        // Results alone are no turn of the user's.
        if (!isResult || text.Length > 0)
        {
            turns.Add(new ChatMessage(role, text.ToString()) { Fields = calls.End() });
        }
    }

    private static ChatMessage ReadResult(JsonFields block, string at)
    {
        string content = block.Get("content") is { } given ? ReadText(given, at + ".content") : "";
        return new ChatMessage(ChatMessage.Tool, content)
        {
            Fields = TurnFields.OfResult(block.String("tool_use_id") ?? throw JsonFields.Wrong(at + ".tool_use_id", "is missing"), block.Boolean("is_error")),
        };
    }

    /// <summary>A text, or blocks that are all text.</summary>
    private static string ReadText(JsonElement element, string at)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return element.GetString()!;
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            throw JsonFields.Wrong(at, "must be a string or an array of blocks");
        }

        return string.Concat(element.EnumerateArray().Select((one, i) =>
        {
            string place = $"{at}[{i}]";
            var block = BlockOf(one, place);
            if (block.String("type") is not "text")
            {
                throw JsonFields.Wrong(place + ".type", "must be text; only text is supported");
            }

            block.RefuseUnknown("type", "text", "cache_control", "citations");
            return block.String("text") ?? throw JsonFields.Wrong(place + ".text", "is missing");
        }));
    }

    private static JsonFields BlockOf(JsonElement element, string at) =>
        element.ValueKind == JsonValueKind.Object ? new JsonFields(element, at + ".") : throw JsonFields.Wrong(at, "must be an object");
}
