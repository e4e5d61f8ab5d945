using ExpertCluster.Inference.Adapters;

namespace ExpertCluster.Inference.Batching;

/// <summary>What an engine is doing, as of its latest step; totals count since its start.</summary>
public readonly record struct EngineSnapshot
{
    /// <summary>Requests that hold slots.</summary>
    public required int Running { get; init; }

    /// <summary>Of those, the ones that pause for a slow reader.</summary>
    public required int Paused { get; init; }

    /// <summary>Requests in the admission queue.</summary>
    public required int Waiting { get; init; }

    public required int SlotsUsed { get; init; }

    public required int SlotsTotal { get; init; }

    /// <summary>Positions of the KV cache that running requests fill, over all slots.</summary>
    public required long KvTokensUsed { get; init; }

    public required long KvTokensCapacity { get; init; }

    /// <summary>Bytes of the KV cache, over all slots; 0 for a runner that does not say.</summary>
    public required long KvBytesCapacity { get; init; }

    /// <summary>The adapters and where they are.</summary>
    public required AdapterCounts Adapters { get; init; }

    /// <summary>Total of prompt rows run (a prompt once, however many branches read it).</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Total of the tokens of prompts that got slots, whether run or found in the prefix cache.</summary>
    public required long PrefixQueryTokens { get; init; }

    /// <summary>Total of prompt tokens found in the prefix cache.</summary>
    public required long PrefixHitTokens { get; init; }

    /// <summary>Bytes of the prefix cache in use.</summary>
    public required long PrefixBytes { get; init; }

    /// <summary>Total of tokens guessed.</summary>
    public required long DraftTokens { get; init; }

    /// <summary>Total of guesses that held, each a token without a step of its own.</summary>
    public required long AcceptedDraftTokens { get; init; }

    /// <summary>Total of tokens drawn.</summary>
    public required long GeneratedTokens { get; init; }

    /// <summary>Total of steps that succeeded.</summary>
    public required long Steps { get; init; }

    /// <summary>Total of steps that failed.</summary>
    public required long FailedSteps { get; init; }

    /// <summary>False after UnhealthyAfter failed steps in a row, until one succeeds.</summary>
    public required bool Healthy { get; init; }

    /// <summary>True once draining began: nothing new is taken.</summary>
    public required bool Draining { get; init; }
}
