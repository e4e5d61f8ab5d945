using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>Writes the JSON of a response, whatever has become of it so far.</summary>
/// <param name="request">What is answered.</param>
/// <param name="id">Of the request.</param>
/// <param name="created">Unix seconds.</param>
internal sealed class ResponsesAnswer(ResponsesRequest request, string id, long created)
{
    public const string InProgress = "in_progress";
    public const string Completed = "completed";
    public const string Incomplete = "incomplete";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>A message that answers.</summary>
    public OutputItem Message(int index) => new(FormattableString.Invariant($"msg_{id}_{index}"));

    /// <summary>A call that answers.</summary>
    public OutputItem Call(int index, string callId, string name) => new(FormattableString.Invariant($"fc_{id}_{index}"), callId, name);

    public static string StatusOf(FinishReason finish) => finish == FinishReason.Length ? Incomplete : Completed;

    /// <param name="json">Gets an object.</param>
    /// <param name="state">What there is of it.</param>
    public void Write(Utf8JsonWriter json, ResponseState state)
    {
        var asked = request.Request;
        json.WriteStartObject();
        json.WriteString("id", $"resp_{id}");
        json.WriteString("object", "response");
        json.WriteNumber("created_at", created);
        json.WriteString("status", state.Status);
        json.WriteBoolean("background", request.Background);
        WriteError(json, state.Failure);
        WriteIncomplete(json, state.Status);
        json.WriteString("instructions", request.Instructions);
        WriteNumber(json, "max_output_tokens", asked.Sampling.MaxTokens);
        json.WriteString("model", asked.IsAuto ? CompletionRequest.Auto : asked.Model);
        json.WriteStartArray("output");
        foreach (var (item, status) in state.Output)
        {
            item.Write(json, status);
        }

        json.WriteEndArray();
        json.WriteBoolean("parallel_tool_calls", asked.Tools.Parallel);
        json.WriteNull("previous_response_id");
        json.WriteStartObject("reasoning");
        json.WriteNull("effort");
        json.WriteNull("summary");
        json.WriteEndObject();
        json.WriteBoolean("store", request.Background);
        json.WriteNumber("temperature", asked.Sampling.Temperature ?? 1);
        json.WriteNumber("top_p", asked.Sampling.TopP ?? 1);
        json.WriteString("truncation", "disabled");
        foreach (var (name, raw) in request.Echo)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(raw, skipInputValidation: true);
        }

        WriteUsage(json, state.Usage);
        if (state.Plan is not null)
        {
            OpenAiExperts.Write(json, state.Plan, state.Tokens);
        }

        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, Failure? failure)
    {
        if (failure is null)
        {
            json.WriteNull("error");
            return;
        }

        json.WriteStartObject("error");
        json.WriteString("code", failure.Kind == FailureKind.Overloaded ? "rate_limit_exceeded" : "server_error");
        json.WriteString("message", failure.Message);
        json.WriteEndObject();
    }

    private static void WriteIncomplete(Utf8JsonWriter json, string status)
    {
        if (status != Incomplete)
        {
            json.WriteNull("incomplete_details");
            return;
        }

        json.WriteStartObject("incomplete_details");
        json.WriteString("reason", "max_output_tokens");
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteUsage(Utf8JsonWriter json, Usage? usage)
    {
        if (usage is null)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", usage.PromptTokens);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", usage.CachedPromptTokens);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", usage.CompletionTokens);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", 0);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", usage.PromptTokens + usage.CompletionTokens);
        ExpertUsages.Write(json, usage);
        json.WriteEndObject();
    }
}
