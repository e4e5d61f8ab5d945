using System.Text.Json;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Reads a prompt in its four forms: a text, tokens, and lists of either.</summary>
internal static class PromptReader
{
    private const string Field = "prompt";

    /// <param name="fields">Of the body.</param>
    /// <param name="request">What holds for all of them.</param>
    /// <param name="perPrompt">Choices of each.</param>
    /// <returns>A request each.</returns>
    public static IEnumerable<CompletionRequest> ReadAll(JsonFields fields, CompletionRequest request, int perPrompt)
    {
        if (fields.Get(Field) is not { } prompt)
        {
            throw JsonFields.Wrong(Field, "is missing");
        }

        if (prompt.ValueKind != JsonValueKind.Array)
        {
            return [Text(prompt, Field, request)];
        }

        int count = prompt.GetArrayLength();
        if (count == 0)
        {
            throw JsonFields.Wrong(Field, "is empty");
        }

        if (prompt[0].ValueKind == JsonValueKind.Number)
        {
            return [Tokens(prompt, Field, request)];
        }

        if (count * perPrompt > OpenAiRequest.MostChoices)
        {
            throw JsonFields.Wrong(Field, $"has {count} entries, which with n {perPrompt} are {count * perPrompt} answers; at most {OpenAiRequest.MostChoices} are given at once");
        }

        return prompt.EnumerateArray().Select((one, i) =>
            one.ValueKind == JsonValueKind.Array ? Tokens(one, $"{Field}[{i}]", request) : Text(one, $"{Field}[{i}]", request));
    }

    private static CompletionRequest Text(JsonElement element, string field, CompletionRequest request) => element.ValueKind == JsonValueKind.String
        ? request with { Prompt = element.GetString()! }
        : throw JsonFields.Wrong(field, "must be a string, an array of ids of tokens, or an array of either");

    private static CompletionRequest Tokens(JsonElement element, string field, CompletionRequest request)
    {
        // Ids are a base's own: of whom the gate chooses among, each may read another text in them.
        if (request.IsAuto)
        {
            throw JsonFields.Wrong(field, "is in tokens, which the gate can't read; it needs a model by name");
        }

        int count = element.GetArrayLength();
        if (count is 0 or > RequestLimits.MostPromptTokens)
        {
            throw JsonFields.Wrong(field, $"has {count} tokens; 1 to {RequestLimits.MostPromptTokens} are taken");
        }

        return request with
        {
            PromptTokens =
            [
                .. element.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int token) && token >= 0
                    ? token
                    : throw JsonFields.Wrong(field, "must be an array of ids of tokens: whole numbers from 0 on")),
            ],
        };
    }
}
