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

    /// <summary>Characters that each choice has, as Python counts them.</summary>
    private readonly int[] _offsets = new int[request.Choices.Count];

    /// <summary>Choices whose prompt has begun to come.</summary>
    private readonly bool[] _echoing = new bool[request.Choices.Count];

    /// <summary>The opening of a choice of a chat stream: the role, before any text.</summary>
    public void WriteRole(Utf8JsonWriter json, int choice)
    {
        Begin(json, null);
        WriteChoice(json, choice, ChoiceText.Of(""), [], [], FinishReason.None, null, role: true);
        json.WriteEndArray();
        End(json, null);
    }

    /// <summary>One chunk of a choice of a stream.</summary>
    public void WriteChunk(Utf8JsonWriter json, (int Choice, CompletionChunk Chunk) part) => WriteChunk(json, (part.Choice, part.Chunk, ChoiceText.Of(part.Chunk.Text)));

    /// <summary>The same of one that says something else than its text: calls of tools are taken out.</summary>
    public void WriteChunk(Utf8JsonWriter json, (int Choice, CompletionChunk Chunk, ChoiceText Said) part)
    {
        var chunk = part.Chunk;
        Begin(json, chunk.Plan);
        WriteChoice(json, part.Choice, part.Said, chunk.Echo, chunk.Tokens, chunk.Finish, chunk.Stop, role: false);
        json.WriteEndArray();
        WriteExperts(json, chunk.Plan, chunk.Tokens);
        End(json, null);
    }

    /// <summary>The chunk before [DONE] that only carries usage.</summary>
    public void WriteUsage(Utf8JsonWriter json, Usage usage)
    {
        Begin(json, null);
        json.WriteEndArray();
        WriteUsageObject(json, usage);
        json.WriteEndObject();
    }

    /// <summary>A whole answer, not streamed. Where it has several choices, each says itself who gave it.</summary>
    public void WriteWhole(Utf8JsonWriter json, IReadOnlyList<ChoiceAnswer> choices, Usage usage)
    {
        Begin(json, choices[0].Plan);
        for (int i = 0; i < choices.Count; i++)
        {
            var choice = choices[i];
            WriteChoice(json, i, choice.Said, choice.Echo, choice.Tokens, choice.Finish, choice.Stop, role: true, choices.Count > 1 ? choice.Plan : null);
        }

        json.WriteEndArray();
        if (choices.Count == 1)
        {
            WriteExperts(json, choices[0].Plan, choices[0].Tokens);
        }

        End(json, usage);
    }

    private void WriteChoice(
        Utf8JsonWriter json, int index, ChoiceText said, IReadOnlyList<Token> echo, IReadOnlyList<Token> tokens, FinishReason finish, StopMatch? stop, bool role, Plan? plan = null)
    {
        bool beginsPrompt = echo.Count > 0 && !_echoing[index];
        _echoing[index] |= beginsPrompt;
        json.WriteStartObject();
        json.WriteNumber("index", index);
        WriteText(json, echo.Count > 0 ? said with { Text = EchoOf(index, echo, beginsPrompt) + said.Text } : said, role);
        WriteLogprobs(json, index, echo.Count > 0 ? [.. echo, .. tokens] : tokens, beginsPrompt);
        if (finish == FinishReason.None)
        {
            json.WriteNull("finish_reason");
        }
        else
        {
            json.WriteString("finish_reason", finish == FinishReason.Length ? "length" : said.HasCalls ? "tool_calls" : "stop");
            WriteStopReason(json, stop);
        }

        if (plan is not null)
        {
            OpenAiExperts.Write(json, plan, tokens);
        }

        json.WriteEndObject();
    }

    /// <summary>vLLM's: which stop text or token it was.</summary>
    private static void WriteStopReason(Utf8JsonWriter json, StopMatch? stop)
    {
        if (stop?.Token is int token)
        {
            json.WriteNumber("stop_reason", token);
        }
        else
        {
            json.WriteString("stop_reason", stop?.Text);
        }
    }

    private static void WriteExperts(Utf8JsonWriter json, Plan? plan, IReadOnlyList<Token> tokens)
    {
        if (plan is not null || tokens.Count > 0)
        {
            OpenAiExperts.Write(json, plan, tokens);
        }
    }

    private void End(Utf8JsonWriter json, Usage? usage)
    {
        if (usage is not null)
        {
            WriteUsageObject(json, usage);
        }
        else if (request.IncludeUsage)
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
    }

    private void Begin(Utf8JsonWriter json, Plan? plan)
    {
        _fingerprint = plan?.Fingerprint ?? _fingerprint;
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", ObjectName);
        json.WriteNumber("created", created);
        json.WriteString("model", request.First.IsAuto ? CompletionRequest.Auto : request.First.Model);
        json.WriteString("system_fingerprint", _fingerprint);
        json.WriteStartArray("choices");
    }

    private void WriteText(Utf8JsonWriter json, ChoiceText said, bool role)
    {
        if (!request.IsChat)
        {
            json.WriteString("text", said.Text);
            return;
        }

        json.WriteStartObject(request.Stream ? "delta" : "message");
        if (role)
        {
            json.WriteString("role", "assistant");
        }

        if (!request.Stream || said.Text is not null)
        {
            json.WriteString("content", said.Text);
        }

        OpenAiCalls.Write(json, said.Calls, request.Stream);
        json.WriteEndObject();
    }

    /// <summary>A text stands as it was sent, whatever its tokens give of it.</summary>
    private string EchoOf(int choice, IReadOnlyList<Token> echo, bool beginsPrompt) =>
        request.Choices[choice].Prompt is not { } prompt ? string.Concat(echo.Select(token => token.Text))
        : beginsPrompt ? prompt
        : "";

    private void WriteLogprobs(Utf8JsonWriter json, int choice, IReadOnlyList<Token> tokens, bool beginsPrompt)
    {
        if (!request.Logprobs)
        {
            json.WriteNull("logprobs");
        }
        else if (request.IsChat)
        {
            OpenAiLogprobs.WriteChat(json, tokens);
        }
        else
        {
            _offsets[choice] = OpenAiLogprobs.WriteCompletion(json, tokens, _offsets[choice], beginsPrompt);
        }
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
        ExpertUsages.Write(json, usage);
        json.WriteEndObject();
    }
}
