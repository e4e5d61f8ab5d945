using ExpertCluster.Inference.Merging;

namespace ExpertCluster.Inference.Generation;

/// <summary>Why a sequence ended.</summary>
public enum FinishReason
{
    /// <summary>It goes on.</summary>
    None = 0,

    /// <summary>An end token or a stop string.</summary>
    Stop = 1,

    /// <summary>MaxTokens, or the end of the context.</summary>
    Length = 2,
}

/// <summary>
/// One step of a sequence's output. The text is what became complete with this token: never half a character, and
/// held back while it could be the start of a stop string; so it may be empty, and the last one may carry more.
/// </summary>
public readonly record struct GeneratedToken
{
    /// <summary>The token, or -1 in a last entry that only flushes text or tells the finish.</summary>
    public required int Id { get; init; }

    public required string Text { get; init; }

    /// <summary>Whether it is a token of the prompt, which <see cref="GenerationRequest.ScoreFrom"/> asks for: it has no text here.</summary>
    public bool IsPrompt { get; init; }

    /// <summary>Natural logarithm of the token's probability under the merged distribution at temperature 1, before filters.</summary>
    public required float LogProbability { get; init; }

    /// <summary>The likeliest in its place, the likeliest first, where <see cref="SamplingOptions.TopLogProbabilities"/> asks for them; else null.</summary>
    public IReadOnlyList<TokenLogProbability>? Top { get; init; }

    /// <summary>Who gave the token: adapters with weights that sum to 1 (null adapter: the base), where no member elsewhere has a share.</summary>
    public required IReadOnlyList<WeightedAdapter> Experts { get; init; }

    /// <summary>What each of <see cref="GenerationRequest.Members"/> had of it, 0 where it was left out; with <see cref="Experts"/> they sum to 1. Null: there are none.</summary>
    public IReadOnlyList<float>? MemberShares { get; init; }

    /// <summary>Where a <see cref="GenerationRequest.Feed"/> draws: what the next token may be.</summary>
    public TokenDistribution? Distribution { get; init; }

    public FinishReason Finish { get; init; }

    /// <summary>The stop string that ended it; null: none did.</summary>
    public string? StopText { get; init; }

    /// <summary>The end token that ended it, of which <see cref="LogProbability"/> and <see cref="Top"/> tell then; null: none did.</summary>
    public int? StopToken { get; init; }
}
