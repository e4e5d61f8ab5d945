namespace ExpertCluster.Inference.Batching;

/// <summary>How an engine batches. Ranges are checked by <see cref="EngineOptionsValidator"/>.</summary>
public sealed record EngineOptions
{
    /// <summary>Requests that may wait while no slot is free. Range 0..65536. One more is refused as overload.</summary>
    public int QueueLimit { get; init; } = 256;

    /// <summary>Most rows a step carries. From the runner's slots to its MaxRows; 0: its MaxRows.</summary>
    public int MaxRowsPerStep { get; init; }

    /// <summary>
    /// Most prompt rows a step carries, over all requests. From MaxBranches to 8192. Smaller: steadier tokens for those who
    /// decode; larger: earlier first tokens.
    /// </summary>
    public int PrefillChunk { get; init; } = 256;

    /// <summary>
    /// Most rows of a step that check guesses of coming tokens (prompt lookup), over all requests. Range 0..256; 0: none.
    /// Guesses change how fast tokens come, never which.
    /// </summary>
    public int DraftRows { get; init; }

    /// <summary>Most branches of a request. Range 1..16, and no more than the runner's slots count.</summary>
    public int MaxBranches { get; init; } = EngineLimits.Branches;

    /// <summary>Tokens that a reader may lag behind. Range 1..65536. When full, that sequence alone pauses.</summary>
    public int OutputBuffer { get; init; } = 64;

    /// <summary>How long a sequence may pause for its reader before it is given up. Above 0, at most a day.</summary>
    public TimeSpan SlowReaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes of host memory for keys and values of prompts that may come again. Range 0..2^40; 0: none are kept.
    /// </summary>
    public long PrefixCacheBytes { get; init; }

    /// <summary>
    /// Bytes of host memory for the weights of adapters, which then need not be read again when the runtime's places have
    /// gone to others. Range 0..2^40.
    /// </summary>
    public long AdapterHostBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Threads that draw the tokens of one step at once, where a step has many logits. Range 0..256; 0: one for each core.
    /// </summary>
    public int SamplingThreads { get; init; } = 1;

    /// <summary>
    /// Names of the sampler's filters that act first, in their order; the others follow in the default one: allowed_token_ids, bad_words, logit_bias,
    /// min_tokens, repetition_penalty, frequency_penalty, presence_penalty,
    /// temperature, top_k, top_p, min_p, and behind them what was added. A filter acts where a request asks for it.
    /// </summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>Failed steps in a row after which the engine reports itself unhealthy. Range 1..1000.</summary>
    public int UnhealthyAfter { get; init; } = 3;
}
