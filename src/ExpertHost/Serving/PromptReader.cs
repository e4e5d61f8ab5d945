using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.V1;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>From a request's prompt or messages to token ids. Sizes are checked before anything is tokenized.</summary>
internal static class PromptReader
{
    /// <summary>
    /// No tokenizer here makes fewer tokens than one for this many characters, so a longer text can't fit the context.
    /// </summary>
    private const int MostCharactersPerToken = 64;

    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT: empty, too long, beyond the limits, or messages without a chat template.</exception>
    public static IReadOnlyList<int> Read(
        BaseRuntime runtime, FoundTemplate template, GenerateRequest request, int contextLength, TextLimits limits, CancellationToken cancellation)
    {
        CheckLength(FieldOf(request), CharactersOf(request), contextLength);
        int[] ids = Tokenize(runtime, template, request, addSpecialTokens: request.Messages is null, limits, cancellation);
        return ids.Length == 0 ? throw Invalid("prompt is empty")
            : ids.Length < contextLength ? ids
            : throw TooLong($"prompt has {ids.Length} tokens; with at least one token of answer it must fit the context of {contextLength}");
    }

    /// <summary>The tokens of a text that need not fit a context.</summary>
    /// <inheritdoc cref="Read"/>
    public static int[] Tokenize(BaseRuntime runtime, FoundTemplate template, GenerateRequest request, bool addSpecialTokens, TextLimits limits, CancellationToken cancellation)
    {
        try
        {
            return TokenizeWithin(runtime, template, request, addSpecialTokens, limits, cancellation);
        }
        catch (TextLimitException limit)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, $"{FieldOf(request)} {limit.Message}", limit);
        }
    }

    /// <summary>Which of its fields a request's text is in.</summary>
    public static string FieldOf(GenerateRequest request) => request.Messages is not null ? "messages" : request.PromptTokens.Count > 0 ? "prompt_tokens" : "prompt";

    /// <summary>Of its text; one that is missing has none.</summary>
    public static int CharactersOf(GenerateRequest request) =>
        request.Messages is { } messages
            ? messages.Messages_.Sum(m => m.Content.Length + m.Fields.Length) + (request.Chat?.TemplateKwargs.Length ?? 0) + (request.Chat?.Documents.Length ?? 0) + (request.Chat?.Tools.Length ?? 0)
            : request.Prompt.Length;

    private static int[] TokenizeWithin(BaseRuntime runtime, FoundTemplate found, GenerateRequest request, bool addSpecialTokens, TextLimits limits, CancellationToken cancellation)
    {
        switch (request)
        {
            case { HasPrompt: false, Messages: null, PromptTokens.Count: > 0 }:
                CheckTokens(runtime, request.PromptTokens);
                return [.. request.PromptTokens];
            case { HasPrompt: true, Messages: null, PromptTokens.Count: 0 }:
                return Fitting(runtime, "prompt", runtime.Tokenizer.Encode(request.Prompt, addSpecialTokens, limits, cancellation));
            case { HasPrompt: false, Messages: not null, PromptTokens.Count: 0 }:
                var template = found.Template ?? throw Invalid(
                    found.Problem is { } problem
                        ? $"messages: the chat template {(ReferenceEquals(found, runtime.Found) ? $"of base {runtime.Name}" : "of this expert's adapter")} can't be used; send a prompt ({problem})"
                        : $"messages: base {runtime.Name} has no chat template; send a prompt");
                string prompt = ChatRenderer.Render(template, request.Messages, request.Chat, runtime.Time.GetUtcNow(), limits, cancellation);
                return Fitting(runtime, "messages", runtime.Tokenizer.Encode(prompt, addSpecialTokens, limits, cancellation));
            default:
                throw Invalid("prompt or messages is missing, or there are several of them");
        }
    }

    /// <summary>A tokenizer may have added tokens that its model knows nothing of.</summary>
    private static int[] Fitting(BaseRuntime runtime, string field, int[] ids)
    {
        int beyond = ids.AsSpan().IndexOfAnyExceptInRange(0, runtime.Engine.Vocabulary - 1);
        return beyond < 0
            ? ids
            : throw Invalid($"{field}: \"{runtime.Tokenizer.GetToken(ids[beyond])}\" is token {ids[beyond]} of the tokenizer; base {runtime.Name} has tokens from 0 to {runtime.Engine.Vocabulary - 1}");
    }

    private static void CheckTokens(BaseRuntime runtime, RepeatedField<int> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            if ((uint)tokens[i] >= (uint)runtime.Engine.Vocabulary)
            {
                throw Invalid($"prompt_tokens[{i}] is {tokens[i]}; base {runtime.Name} has tokens from 0 to {runtime.Engine.Vocabulary - 1}");
            }
        }
    }

    private static void CheckLength(string field, int characters, int contextLength)
    {
        long most = (long)MostCharactersPerToken * contextLength;
        if (characters > most)
        {
            throw TooLong($"{field} has {characters} characters; a context of {contextLength} tokens takes at most {most}");
        }
    }

    /// <summary>Clients look for this one, to send less.</summary>
    private static RequestRefusedException TooLong(string message) => new(StatusCode.InvalidArgument, message) { Reason = FailureReasons.PromptTooLong };

    private static RequestRefusedException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
