namespace ExpertCluster.Contracts.Answers;

/// <summary>Tokens of a request.</summary>
/// <param name="PromptTokens">Of the prompt.</param>
/// <param name="CompletionTokens">Of the answer.</param>
/// <param name="CachedPromptTokens">Of the prompt, what the host had read before and did not compute again.</param>
public sealed record Usage(int PromptTokens, int CompletionTokens, int CachedPromptTokens)
{
    public static readonly Usage None = new(0, 0, 0);

    /// <summary>Who computed what of it, each expert once; more than the answer's tokens where several computed a token, or an answer was drafted.</summary>
    public IReadOnlyList<ExpertUsage> Experts { get; init; } = [];
}
