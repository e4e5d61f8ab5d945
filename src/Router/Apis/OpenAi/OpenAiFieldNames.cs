using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Failures name fields as we do inside; callers are told them as they wrote them.</summary>
internal static class OpenAiFieldNames
{
    public static Failure Of(Failure failure, OpenAiRequest request) =>
        failure.Field is { } field && NameOf(field, request) is { } name ? failure.As(name) : OfOwn(failure);

    /// <summary>Those that stand below our own key, whatever the API.</summary>
    public static Failure OfOwn(Failure failure) => failure.Field is { } field && OwnNameOf(field) is { } name ? failure.As(name) : failure;

    public static Failure As(this Failure failure, string name) => failure with
    {
        Field = name,
        Message = failure.Field is { } field && failure.Message.StartsWith(field, StringComparison.Ordinal) ? string.Concat(name, failure.Message.AsSpan(field.Length)) : failure.Message,
    };

    /// <summary>Null where it is the same.</summary>
    private static string? NameOf(string field, OpenAiRequest request) => field switch
    {
        "max_tokens" when request.NamesMaxCompletionTokens => "max_completion_tokens",
        "prompt" when request.IsChat => "messages",
        "prompt_tokens" => "prompt",
        "top_logprobs" when !request.IsChat => "logprobs",
        _ => null,
    };

    private static string? OwnNameOf(string field) => field switch
    {
        "extra" => $"{ExpertClusterExtension.Key}.sampling",
        "merge.mode" => $"{ExpertClusterExtension.Key}.merge",
        _ when field.StartsWith("merge.", StringComparison.Ordinal) => $"{ExpertClusterExtension.Key}.{field["merge.".Length..]}",
        _ when field.StartsWith("routing.", StringComparison.Ordinal) => $"{ExpertClusterExtension.Key}.{field}",
        _ => null,
    };
}
