using System.Collections.ObjectModel;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Merging;

namespace ExpertCluster.Inference.Generation;

/// <summary>One sequence to continue. One branch: one row a step. Several: an ensemble, one row each.</summary>
public sealed record GenerationRequest
{
    /// <summary>Token ids; not empty.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>
    /// Tokens that were generated for this very request before, here or elsewhere: the stream goes on behind them, with what
    /// it would have given. They count towards <see cref="MaxTokens"/>.
    /// </summary>
    public IReadOnlyList<int> Resume { get; init; } = [];

    /// <summary>
    /// The first token of the prompt, 1 or above, that is scored: from there on each has an entry in the stream before the answer's, with what the merged distribution gives
    /// it, as a drawn one has. What follows is drawn as without. Null: none. Not beside <see cref="Resume"/> and <see cref="Feed"/>.
    /// </summary>
    public int? ScoreFrom { get; init; }

    /// <summary>
    /// What the answer may be, another model's for instance: where it turns out so, several tokens come in a step. It changes how fast tokens come, never which.
    /// </summary>
    public IReadOnlyList<int> Guess { get; init; } = [];

    /// <summary>Most tokens to generate, at least 1, or 0 where the prompt is scored; cut to what the context leaves. An end token counts as one.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Who asks: callers take turns where they wait for slots. 0: nobody in particular, which is one caller, too.</summary>
    public ulong Caller { get; init; }

    public required SamplingOptions Sampling { get; init; }

    /// <summary>One or more; weights are normalised to a sum of 1 by the engine.</summary>
    public required IReadOnlyList<Branch> Branches { get; init; }

    /// <summary>Weighs the branches token by token, in place of their own weights; null: nobody does.</summary>
    public IBranchGate? BranchGate { get; init; }

    public BranchMerging Merging { get; init; }

    /// <summary>Parts of the ensemble that other processes compute, in lock step. None is guessed ahead for: tokens come one at a time.</summary>
    public IReadOnlyList<EnsembleMember> Members { get; init; } = [];

    public MemberPatience MemberPatience { get; init; } = MemberPatience.Default;

    /// <summary>
    /// Where the answer is drawn elsewhere: its tokens. Each entry of the stream has then a <see cref="GeneratedToken.Distribution"/> and nothing else, and nothing is
    /// drawn here.
    /// </summary>
    public TokenFeed? Feed { get; init; }

    /// <summary>Tokens that end the text (they are not part of it).</summary>
    public IReadOnlySet<int> EndTokens { get; init; } = new HashSet<int>();

    /// <summary>What the text has to be, for the runner's vocabulary; null: anything. The text ends where it is whole and nothing can follow.</summary>
    public CompiledGrammar? Grammar { get; init; }

    /// <summary>Strings that end the text (they are not part of it): at most 16, of 1 to 256 UTF-16 units.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Special tokens that give a text: others give none.</summary>
    public IReadOnlyDictionary<int, string> VisibleTokens { get; init; } = ReadOnlyDictionary<int, string>.Empty;
}

/// <summary>
/// One row of a request: either a fixed mix of adapters (empty: the base alone) or a gate that chooses for every token.
/// </summary>
public sealed record Branch
{
    public double Weight { get; init; } = 1;

    /// <summary>
    /// A fixed mix; ignored where <see cref="Gate"/> is given. The engine normalises the weights to a sum of 1; a null
    /// adapter's share is the base's, so (A 0.5, null 0.5) is A at half strength.
    /// </summary>
    public IReadOnlyList<WeightedAdapter> Mix { get; init; } = [];

    /// <summary>Chooses the adapters token by token, prompt included, on one KV cache.</summary>
    public IRowGate? Gate { get; init; }
}

/// <summary>An adapter (null: the base alone) and its weight.</summary>
public readonly record struct WeightedAdapter(EngineAdapter? Adapter, float Weight);
