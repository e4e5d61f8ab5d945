using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Apis.ExtProc;

/// <summary>
/// Reads of others' bodies what the gate asks for: whom the caller named, and what the user said. All else is between the caller and whoever answers, and may be
/// anything: pictures beside the text, fields that nobody here knows.
/// </summary>
internal static class BodyReader
{
    /// <exception cref="RequestFailedException">InvalidArgument, naming the field: it is no JSON, or leaves the choice to the gate and has no text.</exception>
    public static CompletionRequest Read(ReadOnlyMemory<byte> body) => JsonBody.Read(body, root => Read(JsonFields.OfBody(root)));

    private static CompletionRequest Read(JsonFields fields)
    {
        var request = new CompletionRequest { Model = fields.String("model") ?? "" };
        if (!request.IsAuto)
        {
            return request;
        }

        var (field, given) = fields.Get("messages") is { } messages ? ("messages", messages)
            : fields.Get("prompt") is { } prompt ? ("prompt", prompt)
            : fields.Get("input") is { } input ? ("input", input)
            : throw JsonFields.Wrong("messages", "is missing; messages, prompt or input is needed for the gate");
        var read = given.ValueKind switch
        {
            JsonValueKind.String => request with { Prompt = given.GetString() },
            JsonValueKind.Array when given.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.Object) => request with { Messages = Turns(given) },
            JsonValueKind.Array => request with { Prompt = string.Join('\n', given.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString())) },
            _ => request,
        };
        return read is { Prompt: null, Messages: null } || string.IsNullOrWhiteSpace(GateText.Of(read)) ? throw JsonFields.Wrong(field, "has no text that the gate could read") : read;
    }

    /// <summary>The last ones, as many as a request of ours may have. Who else speaks than the user makes no difference to the gate.</summary>
    private static ChatMessage[] Turns(JsonElement messages) =>
    [
        .. messages.EnumerateArray().TakeLast(RequestLimits.MostMessages).Select(turn => turn.ValueKind == JsonValueKind.Object
            ? new ChatMessage(IsOfUser(turn) ? ChatMessage.User : ChatMessage.Assistant, TextOf(turn))
            : new ChatMessage(ChatMessage.Assistant, "")),
    ];

    private static bool IsOfUser(JsonElement turn) => turn.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String && role.ValueEquals(ChatMessage.User);

    /// <summary>A string, or those parts that have a text.</summary>
    private static string TextOf(JsonElement turn) => !turn.TryGetProperty("content", out var content) ? ""
        : content.ValueKind == JsonValueKind.String ? content.GetString()!
        : content.ValueKind != JsonValueKind.Array ? ""
        : string.Concat(content.EnumerateArray().Select(part =>
            part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : ""));
}
