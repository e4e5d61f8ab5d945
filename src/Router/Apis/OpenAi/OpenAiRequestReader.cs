using System.Text.Json;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>
/// Reads the bodies of /v1/completions and /v1/chat/completions. What changes the answer and isn't built is refused by
/// name; unknown fields that only other servers know pass unread, as clients send many.
/// </summary>
internal static class OpenAiRequestReader
{
    private static readonly string[] NotBuilt =
        ["tools", "tool_choice", "functions", "function_call", "logit_bias", "presence_penalty", "frequency_penalty", "echo", "suffix", "audio", "top_logprobs"];

    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static OpenAiRequest Read(JsonElement body, bool isChat)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong("body", "must be a JSON object");
        }

        var fields = new JsonFields(body);
        foreach (string name in NotBuilt)
        {
            fields.RefuseUnlessNeutral(name);
        }

        RequireOne(fields, "n");
        RequireOne(fields, "best_of");
        if (fields.Object("response_format") is { } format && format.String("type") is not (null or "text"))
        {
            throw JsonFields.Wrong("response_format.type", "must be text");
        }

        var extension = fields.Object(ExpertClusterExtension.Key);
        var request = new CompletionRequest
        {
            Model = fields.String("model") ?? "",
            Prompt = isChat ? null : ReadPrompt(fields),
            Messages = isChat ? ReadMessages(fields) : null,
            Sampling = ReadSampling(fields, extension),
            Merge = extension is { } wish ? ExpertClusterExtension.Read(wish) : MergeWish.None,
            Routing = extension is { } bounds ? ExpertClusterExtension.ReadRouting(bounds) : RoutingWish.None,
        };
        bool usage = fields.Object("stream_options")?.Boolean("include_usage") ?? false;
        return new OpenAiRequest(request, fields.Boolean("stream"), usage, WantsLogprobs(fields, isChat), isChat);
    }

    private static bool WantsLogprobs(JsonFields fields, bool isChat) =>
        isChat ? fields.Boolean("logprobs") : fields.Integer("logprobs") is >= 0;

    private static void RequireOne(JsonFields fields, string name)
    {
        if (fields.Integer(name) is { } n and not 1)
        {
            throw JsonFields.Wrong(name, $"is {n}; only 1 is supported");
        }
    }

    // OpenAI's defaults, not ours: whoever speaks its API counts on them.
    private static Sampling ReadSampling(JsonFields fields, JsonFields? extension) => new()
    {
        MaxTokens = fields.Integer("max_completion_tokens") ?? fields.Integer("max_tokens"),
        Temperature = fields.Number("temperature") ?? 1,
        TopP = fields.Number("top_p") ?? 1,

        // vLLM's clients say -1 for "all".
        TopK = fields.Integer("top_k") is var k && k == -1 ? 0 : k,
        MinP = fields.Number("min_p"),
        RepetitionPenalty = fields.Number("repetition_penalty"),
        Seed = ReadSeed(fields),
        Stop = [.. ReadStops(fields)],
        IgnoreEos = fields.Boolean("ignore_eos"),
        Extra = extension is { } own ? ExpertClusterExtension.ReadSampling(own) : Sampling.Default.Extra,
    };

    private static ulong? ReadSeed(JsonFields fields) => fields.Get("seed") is not { } seed ? null
        : seed.ValueKind == JsonValueKind.Number && seed.TryGetInt64(out long value) ? unchecked((ulong)value)
        : throw JsonFields.Wrong("seed", "must be a whole number of at most 64 bits");

    private static IEnumerable<string> ReadStops(JsonFields fields) => fields.Get("stop") is { ValueKind: JsonValueKind.String } one
        ? [one.GetString()!]
        : fields.Array("stop").Select(s => Text(s, "stop"));

    private static string ReadPrompt(JsonFields fields)
    {
        if (fields.Get("prompt") is not { } prompt)
        {
            throw JsonFields.Wrong("prompt", "is missing");
        }

        return prompt.ValueKind == JsonValueKind.Array && prompt.GetArrayLength() == 1 ? Text(prompt[0], "prompt") : Text(prompt, "prompt");
    }

    private static List<ChatMessage> ReadMessages(JsonFields fields)
    {
        List<ChatMessage> messages = [];
        int i = 0;
        foreach (var element in fields.Array("messages"))
        {
            string at = $"messages[{i++}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw JsonFields.Wrong(at, "must be an object");
            }

            var message = new JsonFields(element, at + ".");
            string role = message.String("role") ?? throw JsonFields.Wrong(at + ".role", "is missing");
            messages.Add(new ChatMessage(role == "developer" ? ChatMessage.System : role, ReadContent(message, at)));
        }

        return i > 0 ? messages : throw JsonFields.Wrong("messages", "is missing or empty");
    }

    /// <summary>A string, or parts of which all are text.</summary>
    private static string ReadContent(JsonFields message, string at)
    {
        if (message.Get("content") is { ValueKind: JsonValueKind.Array } parts)
        {
            return string.Concat(parts.EnumerateArray().Select(part =>
                part.ValueKind == JsonValueKind.Object && new JsonFields(part, at + ".content.").String("type") == "text"
                    ? new JsonFields(part, at + ".content.").String("text") ?? ""
                    : throw JsonFields.Wrong(at + ".content", "has a part that is not text; only text is supported")));
        }

        return message.String("content") ?? throw JsonFields.Wrong(at + ".content", "is missing");
    }

    private static string Text(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw JsonFields.Wrong(field, "must be a string");
}
