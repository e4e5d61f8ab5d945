using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>Reads the items of an input to turns: calls belong to the assistant's turn before them, or make one.</summary>
internal static class InputReader
{
    private const string Field = "input";

    /// <param name="fields">Of the body.</param>
    /// <param name="instructions">Go before all others; null: there are none.</param>
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static List<ChatMessage> ReadAll(JsonFields fields, string? instructions)
    {
        List<ChatMessage> turns = [];
        if (!string.IsNullOrEmpty(instructions))
        {
            turns.Add(new ChatMessage(ChatMessage.System, instructions));
        }

        if (fields.Get(Field) is { ValueKind: JsonValueKind.String } text)
        {
            turns.Add(new ChatMessage(ChatMessage.User, text.GetString()!));
            return turns;
        }

        JsonElement[] items = [.. fields.Array(Field)];
        if (items.Length == 0)
        {
            throw JsonFields.Wrong(Field, "is missing or empty");
        }

        for (int i = 0; i < items.Length;)
        {
            i = Read(items, i, turns);
        }

        return turns;
    }

    /// <returns>The place behind what was read.</returns>
    private static int Read(JsonElement[] items, int i, List<ChatMessage> turns)
    {
        var item = ItemOf(items[i], i);
        switch (TypeOf(item))
        {
            case "message":
                var said = ReadMessage(item, At(i));
                int next = i + 1;
                turns.Add(said.Role == ChatMessage.Assistant ? said with { Fields = ReadCalls(items, ref next) } : said);
                return next;
            case "function_call":
                turns.Add(new ChatMessage(ChatMessage.Assistant, "") { Fields = ReadCalls(items, ref i) });
                return i;
            case "function_call_output":
                item.RefuseUnknown("type", "call_id", "output", "id", "status");
                turns.Add(new ChatMessage(ChatMessage.Tool, ReadContent(item, "output", At(i)))
                {
                    Fields = TurnFields.OfResult(item.String("call_id") ?? throw JsonFields.Wrong(At(i) + ".call_id", "is missing"), isError: false),
                });
                return i + 1;
            case var type:
                throw JsonFields.Wrong(At(i) + ".type", $"is \"{RequestLimits.Shorten(type)}\"; message, function_call and function_call_output are taken");
        }
    }

    /// <summary>Of calls that follow each other.</summary>
    private static string ReadCalls(JsonElement[] items, ref int i)
    {
        using var calls = new TurnFields();
        for (; i < items.Length && ItemOf(items[i], i) is var item && TypeOf(item) == "function_call"; i++)
        {
            item.RefuseUnknown("type", "call_id", "name", "arguments", "id", "status");
            calls.Add(item, "call_id", "arguments", At(i));
        }

        return calls.End();
    }

    private static ChatMessage ReadMessage(JsonFields item, string at)
    {
        item.RefuseUnknown("type", "role", "content", "id", "status", "phase");
        string role = item.String("role") ?? throw JsonFields.Wrong(at + ".role", "is missing");
        role = role == "developer" ? ChatMessage.System : role;
        return role is ChatMessage.System or ChatMessage.User or ChatMessage.Assistant
            ? new ChatMessage(role, ReadContent(item, "content", at))
            : throw JsonFields.Wrong(at + ".role", "must be system, developer, user or assistant");
    }

    /// <summary>A text, or parts that are all text.</summary>
    private static string ReadContent(JsonFields item, string name, string at)
    {
        if (item.Get(name) is not { ValueKind: JsonValueKind.Array } parts)
        {
            return item.String(name) ?? throw JsonFields.Wrong($"{at}.{name}", "is missing");
        }

        return string.Concat(parts.EnumerateArray().Select((element, i) =>
        {
            string place = $"{at}.{name}[{i}]";
            var part = element.ValueKind == JsonValueKind.Object ? new JsonFields(element, place + ".") : throw JsonFields.Wrong(place, "must be an object");
            if (part.String("type") is not ("input_text" or "output_text" or "text"))
            {
                throw JsonFields.Wrong(place + ".type", "must be input_text or output_text; only text is supported");
            }

            part.RefuseUnknown("type", "text", "annotations", "logprobs");
            return part.String("text") ?? throw JsonFields.Wrong(place + ".text", "is missing");
        }));
    }

    private static JsonFields ItemOf(JsonElement element, int i) =>
        element.ValueKind == JsonValueKind.Object ? new JsonFields(element, At(i) + ".") : throw JsonFields.Wrong(At(i), "must be an object");

    /// <summary>What has a role and no type is a message.</summary>
    private static string TypeOf(JsonFields item) => item.String("type") ?? "message";

    private static string At(int i) => $"{Field}[{i}]";
}
