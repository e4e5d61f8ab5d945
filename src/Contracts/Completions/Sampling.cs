using System.Collections.ObjectModel;

namespace ExpertCluster.Contracts.Completions;

/// <summary>How tokens are drawn. What is null takes the default given beside it. <see cref="SamplingRanges"/> has the ranges.</summary>
public sealed record Sampling
{
    /// <summary>All defaults.</summary>
    public static readonly Sampling Default = new();

    /// <summary>Of <see cref="MaxTokens"/>.</summary>
    public const int UsualTokens = 256;

    /// <summary>Most tokens to generate. Default: <see cref="UsualTokens"/>, cut to what the context leaves.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0: greedy. Default: 0.</summary>
    public float? Temperature { get; init; }

    /// <summary>Keep the k most likely tokens; 0: all. Default: 0.</summary>
    public int? TopK { get; init; }

    /// <summary>Keep the smallest set of tokens that reaches this probability. Default: 1.</summary>
    public float? TopP { get; init; }

    /// <summary>Keep tokens at least this likely relative to the likeliest. Default: 0.</summary>
    public float? MinP { get; init; }

    /// <summary>Penalty on tokens already seen (CTRL, arXiv 1909.05858); 1: none. Default: 1.</summary>
    public float? RepetitionPenalty { get; init; }

    /// <summary>Taken once from the logit of each token that the answer has, as OpenAI does. Default: 0.</summary>
    public float? PresencePenalty { get; init; }

    /// <summary>Taken from the logit of a token as often as the answer has it, as OpenAI does. Default: 0.</summary>
    public float? FrequencyPenalty { get; init; }

    /// <summary>Added to logits, by token id; at most <see cref="SamplingRanges.MostBiases"/>.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = ReadOnlyDictionary<int, float>.Empty;

    /// <summary>The only tokens that may be drawn; empty: all. At most <see cref="SamplingRanges.MostAllowed"/>.</summary>
    public IReadOnlyList<int> AllowedTokens { get; init; } = [];

    /// <summary>Texts that the answer may not have, as the base's tokenizer cuts them, at the start of a text and behind a blank; at most <see cref="SamplingRanges.MostBadWords"/>.</summary>
    public IReadOnlyList<string> BadWords { get; init; } = [];

    /// <summary>No end token, stop token or stop text before so many tokens. Default: 0.</summary>
    public int? MinTokens { get; init; }

    /// <summary>Tokens that end the text, whatever <see cref="IgnoreEos"/> says; at most <see cref="SamplingRanges.MostStopTokens"/>.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Tokens come with <see cref="Answers.TokenDetail"/>, and so many likeliest ones in their place. Null: without.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>The randomness is a function of seed and position alone. Default: drawn by the router.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Strings that end the text.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Go on past the base's end tokens, to <see cref="MaxTokens"/>: for load tests.</summary>
    public bool IgnoreEos { get; init; }

    /// <summary>For sampler filters that a host has beside the usual ones, by the names that those read; at most <see cref="SamplingRanges.MostExtra"/>.</summary>
    public IReadOnlyDictionary<string, double> Extra { get; init; } = ReadOnlyDictionary<string, double>.Empty;
}
