using System.Collections.ObjectModel;

namespace ExpertCluster.Inference.Generation;

/// <summary>How the next token is drawn. Defaults are greedy. Ranges are checked by <see cref="SamplingOptionsValidator"/>.</summary>
public sealed record SamplingOptions
{
    /// <summary>0: greedy. Range 0..2.</summary>
    public float Temperature { get; init; }

    /// <summary>Keep the k most likely tokens; 0: all.</summary>
    public int TopK { get; init; }

    /// <summary>Keep the smallest set of tokens whose probability reaches this. Range (0, 1]; 1: all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Keep tokens at least this likely relative to the likeliest. Range 0..1; 0: all.</summary>
    public float MinP { get; init; }

    /// <summary>Divides positive and multiplies negative logits of tokens already seen (CTRL, arXiv 1909.05858). Range (0, 2]; 1: none.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken from the logit of each token that the answer has. Range -2..2; 0: none.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Taken from the logit of a token as often as the answer has it. Range -2..2; 0: none.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Added to logits, each of -100..100; at most 1,024, each token once.</summary>
    public IReadOnlyList<TokenBias> LogitBias { get; init; } = [];

    /// <summary>The only tokens that may be drawn, at most 16,384; empty: all.</summary>
    public IReadOnlyList<int> AllowedTokens { get; init; } = [];

    /// <summary>Token sequences that the answer may not have; none is empty.</summary>
    public IReadOnlyList<IReadOnlyList<int>> BannedSequences { get; init; } = [];

    /// <summary>No end token and no stop string before so many tokens; 0: no such bound.</summary>
    public int MinTokens { get; init; }

    /// <summary>Tokens come with the so many likeliest ones in their place, 0..20. Null: without.</summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>What <see cref="MinTokens"/> masks: the request's end tokens. The engine fills it in.</summary>
    internal IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>Randomness is a function of (seed, position) alone.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Parameters of filters that do not come with the engine, by name. At most 16, names of 1 to 64 characters, finite
    /// values; an engine refuses a name that none of its filters reads.
    /// </summary>
    public IReadOnlyDictionary<string, double> Extra { get; init; } = ReadOnlyDictionary<string, double>.Empty;
}
