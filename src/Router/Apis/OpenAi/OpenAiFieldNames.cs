using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Failures name fields as we do inside; callers are told them as they wrote them.</summary>
internal static class OpenAiFieldNames
{
    public static Failure Of(Failure failure, OpenAiRequest request) => failure.Field is not { } field || NameOf(field, request) is not { } name
        ? failure
        : failure with
        {
            Field = name,
            Message = failure.Message.StartsWith(field, StringComparison.Ordinal) ? string.Concat(name, failure.Message.AsSpan(field.Length)) : failure.Message,
        };

    /// <summary>Null where it is the same.</summary>
    private static string? NameOf(string field, OpenAiRequest request) => field switch
    {
        "max_tokens" when request.NamesMaxCompletionTokens => "max_completion_tokens",
        "prompt" when request.IsChat => "messages",
        "prompt_tokens" => "prompt",
        "top_logprobs" when !request.IsChat => "logprobs",
        "extra" => $"{ExpertClusterExtension.Key}.sampling",
        "merge.mode" => $"{ExpertClusterExtension.Key}.merge",
        _ when field.StartsWith("merge.", StringComparison.Ordinal) => $"{ExpertClusterExtension.Key}.{field["merge.".Length..]}",
        _ when field.StartsWith("routing.", StringComparison.Ordinal) => $"{ExpertClusterExtension.Key}.{field}",
        _ => null,
    };
}
