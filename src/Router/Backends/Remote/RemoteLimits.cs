using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>What OpenAI's chat API has no field for. Who leaves the choice to the gate is answered by somebody else, who names the model is told.</summary>
internal static class RemoteLimits
{
    /// <summary>What the request asks that a remote model can't do; null: nothing.</summary>
    public static Failure? ProblemOf(CompletionRequest request, string expert)
    {
        var (sampling, chat) = (request.Sampling, request.Chat);
        return request.Echo ? Unknown("echo")
            : request.PromptTokens is not null ? Wrong("prompt_tokens", "has tokens of its own")
            : sampling.TopK is > 0 ? Unknown("top_k")
            : sampling.MinP is > 0 ? Unknown("min_p")
            : sampling.RepetitionPenalty is not (null or 1) ? Unknown("repetition_penalty")
            : sampling.LogitBias.Count > 0 ? Wrong("logit_bias", "has tokens of its own")
            : sampling.AllowedTokens.Count > 0 ? Wrong("allowed_token_ids", "has tokens of its own")
            : sampling.StopTokens.Count > 0 ? Wrong("stop_token_ids", "has tokens of its own")
            : sampling.BadWords.Count > 0 ? Unknown("bad_words")
            : sampling.MinTokens is > 0 ? Unknown("min_tokens")
            : sampling.IgnoreEos ? Unknown("ignore_eos")
            : sampling.Extra.Count > 0 ? Unknown("extra")
            : chat.ContinueFinalMessage ? Unknown("continue_final_message")
            : chat.AddGenerationPrompt is false ? Unknown("add_generation_prompt")
            : chat.TemplateArguments.Length > 0 ? Unknown("chat_template_kwargs")
            : chat.Documents.Length > 0 ? Unknown("documents")
            : request.Structure is { Kind: StructuredOutputKind.Regex or StructuredOutputKind.Choice or StructuredOutputKind.Grammar } structure ? Unknown(structure.Field)
            : null;

        Failure Unknown(string field) => Wrong(field, $"takes no {field}");

        Failure Wrong(string field, string why) => Failure.Invalid(field, $"{field}: {expert} is a remote model, which {why}");
    }
}
