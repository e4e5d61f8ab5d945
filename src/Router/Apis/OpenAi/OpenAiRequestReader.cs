using System.Text.Json;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>
/// Reads the bodies of /v1/completions and /v1/chat/completions, by the table of <see cref="RequestFields"/>: what is unknown, or changes the answer and isn't built, is
/// refused by name.
/// </summary>
internal static class OpenAiRequestReader
{
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static OpenAiRequest Read(JsonElement body, bool isChat)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong("body", "must be a JSON object");
        }

        RequestFields.Check(body, isChat);
        var fields = new JsonFields(body);
        var extension = fields.Object(ExpertClusterExtension.Key);
        var request = new CompletionRequest
        {
            Model = fields.String("model") ?? "",
            Messages = isChat ? MessageReader.ReadAll(fields) : null,
            Chat = isChat ? ChatOptionsReader.Read(fields) : ChatOptions.Default,
            Sampling = SamplingReader.Read(fields, extension, isChat),
            Echo = !isChat && fields.Boolean("echo"),
            Structure = StructureReader.Read(fields),
            Merge = extension is { } wish ? ExpertClusterExtension.Read(wish) : MergeWish.None,
            Routing = extension is { } bounds ? ExpertClusterExtension.ReadRouting(bounds) : RoutingWish.None,
        };
        int perPrompt = ReadChoices(fields, isChat);
        CompletionRequest[] prompts = isChat ? [ToolReader.Onto(request, fields)] : [.. PromptReader.ReadAll(fields, request, perPrompt)];
        return new OpenAiRequest([.. prompts.SelectMany(prompt => Choices(prompt, perPrompt))], perPrompt, fields.Boolean("stream"), ReadUsage(fields), isChat)
        {
            NamesMaxCompletionTokens = isChat && fields.Integer("max_completion_tokens") is not null,
        };
    }

    private static int ReadChoices(JsonFields fields, bool isChat)
    {
        int n = fields.Integer("n") ?? 1;
        if (n is < 1 or > OpenAiRequest.MostPerPrompt)
        {
            throw JsonFields.Wrong("n", $"is {n}; it must be from 1 to {OpenAiRequest.MostPerPrompt}");
        }

        // vLLM had the field once and gave it up; OpenAI's choice among more answers than it shows would hide what they cost.
        return isChat || fields.Integer("best_of") is not { } best || best == n
            ? n
            : throw JsonFields.Wrong("best_of", $"is {best}; it must be n, which is {n}: all answers that are made are shown");
    }

    /// <summary>Seeds that follow each other give draws that have nothing to do with each other.</summary>
    private static IEnumerable<CompletionRequest> Choices(CompletionRequest prompt, int count) => Enumerable.Range(0, count).Select(i =>
        prompt.Sampling.Seed is { } seed && i > 0 ? prompt with { Sampling = prompt.Sampling with { Seed = unchecked(seed + (ulong)i) } } : prompt);

    private static bool ReadUsage(JsonFields fields)
    {
        if (fields.Object("stream_options") is not { } options)
        {
            return false;
        }

        options.RefuseUnknown("include_usage", "include_obfuscation", "continuous_usage_stats");
        return !options.Boolean("continuous_usage_stats")
            ? options.Boolean("include_usage")
            : throw JsonFields.Wrong("stream_options.continuous_usage_stats", "is not supported: usage comes at the end");
    }
}
