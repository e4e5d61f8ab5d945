using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Writes the JSON of answers and stream chunks. One instance serves one request.</summary>
internal sealed class OpenAiAnswer(OpenAiRequest request, string id, long created)
{
    /// <summary>Of the latest plan: the same as long as what answers is the same content.</summary>
    private string? _fingerprint;

    private string ObjectName => (request.IsChat, request.Stream) switch
    {
        (true, true) => "chat.completion.chunk",
        (true, false) => "chat.completion",
        _ => "text_completion",
    };

    /// <summary>The opening of a chat stream: the role, before any text.</summary>
    public void WriteRole(Utf8JsonWriter json) => Write(json, "", null, [], FinishReason.None, role: true, null);

    /// <summary>One chunk of a stream.</summary>
    public void WriteChunk(Utf8JsonWriter json, CompletionChunk chunk) =>
        Write(json, chunk.Text, null, chunk.Tokens, chunk.Finish, role: false, chunk.Plan);

    /// <summary>The chunk before [DONE] that only carries usage.</summary>
    public void WriteUsage(Utf8JsonWriter json, Usage usage)
    {
        Begin(json);
        json.WriteStartArray("choices");
        json.WriteEndArray();
        WriteUsageObject(json, usage);
        json.WriteEndObject();
    }

    /// <summary>A whole answer, not streamed.</summary>
    public void WriteWhole(Utf8JsonWriter json, string text, IReadOnlyList<Token> tokens, FinishReason finish, Usage usage, Plan? plan) =>
        Write(json, text, usage, tokens, finish, role: true, plan);

    private void Write(
        Utf8JsonWriter json, string text, Usage? usage, IReadOnlyList<Token> tokens, FinishReason finish, bool role, Plan? plan)
    {
        _fingerprint = plan?.Fingerprint ?? _fingerprint;
        Begin(json);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        WriteText(json, text, role);
        WriteLogprobs(json, tokens);
        if (finish == FinishReason.None)
        {
            json.WriteNull("finish_reason");
        }
        else
        {
            json.WriteString("finish_reason", finish == FinishReason.Length ? "length" : "stop");
        }

        json.WriteEndObject();
        json.WriteEndArray();
        if (usage is not null)
        {
            WriteUsageObject(json, usage);
        }
        else if (request.IncludeUsage)
        {
            json.WriteNull("usage");
        }

        if (plan is not null || tokens.Count > 0)
        {
            OpenAiExperts.Write(json, plan, tokens);
        }

        json.WriteEndObject();
    }

    private void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", ObjectName);
        json.WriteNumber("created", created);
        json.WriteString("model", request.Request.IsAuto ? CompletionRequest.Auto : request.Request.Model);
        json.WriteString("system_fingerprint", _fingerprint);
    }

    private void WriteText(Utf8JsonWriter json, string text, bool role)
    {
        if (!request.IsChat)
        {
            json.WriteString("text", text);
            return;
        }

        json.WriteStartObject(request.Stream ? "delta" : "message");
        if (role)
        {
            json.WriteString("role", "assistant");
        }

        json.WriteString("content", text);
        json.WriteEndObject();
    }

    private void WriteLogprobs(Utf8JsonWriter json, IReadOnlyList<Token> tokens)
    {
        if (!request.Logprobs || tokens.Count == 0)
        {
            json.WriteNull("logprobs");
            return;
        }

        json.WriteStartObject("logprobs");
        if (request.IsChat)
        {
            json.WriteStartArray("content");
            foreach (var token in tokens)
            {
                json.WriteStartObject();
                json.WriteString("token", token.Text);
                json.WriteNumber("logprob", token.LogProbability);
                json.WriteStartArray("bytes");
                foreach (byte b in Encoding.UTF8.GetBytes(token.Text))
                {
                    json.WriteNumberValue(b);
                }

                json.WriteEndArray();
                json.WriteStartArray("top_logprobs");
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else
        {
            WriteColumn(json, "tokens", tokens, static (w, t) => w.WriteStringValue(t.Text));
            WriteColumn(json, "token_logprobs", tokens, static (w, t) => w.WriteNumberValue(t.LogProbability));
            json.WriteNull("top_logprobs");
        }

        json.WriteEndObject();
    }

    private static void WriteColumn(Utf8JsonWriter json, string name, IReadOnlyList<Token> tokens, Action<Utf8JsonWriter, Token> write)
    {
        json.WriteStartArray(name);
        foreach (var token in tokens)
        {
            write(json, token);
        }

        json.WriteEndArray();
    }

    private static void WriteUsageObject(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", usage.PromptTokens);
        json.WriteNumber("completion_tokens", usage.CompletionTokens);
        json.WriteNumber("total_tokens", usage.PromptTokens + usage.CompletionTokens);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.CachedPromptTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
