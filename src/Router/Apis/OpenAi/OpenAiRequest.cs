using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>An OpenAI request as the cluster understands it: one request of ours a choice.</summary>
/// <param name="Choices">In the order of the answer's: all of the first prompt, then all of the next. At least one.</param>
/// <param name="PerPrompt">Choices of each prompt.</param>
/// <param name="Stream">Server-sent events instead of one answer.</param>
/// <param name="IncludeUsage">One more chunk with the usage before the end of a stream.</param>
/// <param name="IsChat">chat/completions, not completions.</param>
internal sealed record OpenAiRequest(IReadOnlyList<CompletionRequest> Choices, int PerPrompt, bool Stream, bool IncludeUsage, bool IsChat)
{
    /// <summary>Choices of one request.</summary>
    public const int MostChoices = 64;

    /// <summary>Choices of one prompt.</summary>
    public const int MostPerPrompt = 16;

    /// <summary>What all choices have alike stands in the first.</summary>
    public CompletionRequest First => Choices[0];

    /// <summary>The caller wants the tokens' log-probabilities.</summary>
    public bool Logprobs => First.Sampling.TopLogprobs is not null;

    /// <summary>Whether max_tokens was written as max_completion_tokens.</summary>
    public bool NamesMaxCompletionTokens { get; init; }
}
