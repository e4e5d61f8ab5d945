using System.Runtime.InteropServices;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Drafting;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Inference.Sampling;

namespace ExpertCluster.Inference.Batching;

/// <summary>One request on its way through the engine. Only the loop touches it, but for <see cref="Cancel"/>.</summary>
internal sealed class Sequence
{
    private readonly List<int> _tokens;
    private readonly int[] _prompt;
    private readonly int _firstPlace;
    private volatile bool _cancelled;
    private IReadOnlyList<WeightedAdapter> _mergedExperts = [];
    private float _mergedShare;

    public Sequence(GenerationRequest request, GenerationStream stream, TokenEmitter emitter, SeenTokens? seen, AnswerGrammar? grammar, int contextLength)
    {
        _prompt = [.. request.Prompt];
        _tokens = [.. _prompt.AsSpan(0, request.ScoreFrom ?? _prompt.Length), .. request.Resume];
        GivenLength = _tokens.Count;
        _firstPlace = GivenLength - request.Resume.Count;
        Limit = Math.Min(request.MaxTokens, contextLength - PromptLength);
        DraftPolicy = new DraftPolicy(request.Guess, PromptLength);
        Sampling = request.Sampling;
        Caller = request.Caller;
        Branches = BranchState.CreateAll(request);
        BranchGate = request.BranchGate;
        Merging = request.Merging;
        FixedExperts = BranchGate is null && Array.TrueForAll(Branches, branch => branch.Gate is null) ? ExpertShares.Of(Branches) : null;
        Stream = stream;
        Emitter = emitter;
        Seen = seen;
        Grammar = grammar;
        Feed = request.Feed;
        foreach (int token in seen is null ? [] : request.Prompt)
        {
            seen!.Add(token);
        }

        foreach (int token in seen is null ? [] : request.Resume)
        {
            seen!.AddGenerated(token);
        }
    }

    public BranchState[] Branches { get; }

    /// <summary>Weighs the branches; null: they have fixed shares.</summary>
    public IBranchGate? BranchGate { get; }

    public BranchMerging Merging { get; }

    /// <summary>Who gives every token, where no gate chooses or weighs.</summary>
    public IReadOnlyList<WeightedAdapter>? FixedExperts { get; }

    /// <summary>Adapters that stay in place until it ends.</summary>
    public required IReadOnlyList<EngineAdapter> Held { get; init; }

    public ulong Caller { get; }

    /// <summary>Its place in the queue, by the turns of its caller.</summary>
    public long Turn { get; set; }

    /// <summary>Why it can't be admitted.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>How many were admitted before it because it waits for a place for its adapters.</summary>
    public int Overtaken { get; set; }

    public SamplingOptions Sampling { get; }

    public GenerationStream Stream { get; }

    public TokenEmitter Emitter { get; }

    /// <summary>Null where no filter of the request reads it.</summary>
    public SeenTokens? Seen { get; }

    /// <summary>Null where the text may be anything.</summary>
    public AnswerGrammar? Grammar { get; }

    /// <summary>Parts of the ensemble that compute elsewhere; null: there are none.</summary>
    public MemberTurns? Members { get; set; }

    /// <summary>Who draws, where that is not done here.</summary>
    public TokenFeed? Feed { get; }

    public int PromptLength => _prompt.Length;

    /// <summary>Prompt, up to where it is scored, and what was generated of this text before: what is to be read before the first token.</summary>
    public int GivenLength { get; }

    /// <summary>Whether the next token is one of the prompt, which is scored.</summary>
    public bool IsScoring => Tokens.Length < PromptLength;

    /// <summary>The next token of a prompt that is scored.</summary>
    public int NextOfPrompt => _prompt[Tokens.Length];

    /// <summary>Of the next token, to whoever computes in lock step: counted from the first one that the stream tells, or would have without <see cref="GenerationRequest.Resume"/>.</summary>
    public int Place => Tokens.Length - _firstPlace;

    /// <summary>Most tokens to generate, those from before among them.</summary>
    public int Limit { get; }

    /// <summary>Prompt and output so far: [position] is the token there.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens)[..^Drafted];

    /// <summary>The same and, behind it, the guesses that the step at hand will check.</summary>
    public ReadOnlySpan<int> TokensAndDraft => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Guesses behind the tokens.</summary>
    public int Drafted { get; private set; }

    /// <summary>Decides how much to guess.</summary>
    public DraftPolicy DraftPolicy { get; }

    public int Generated => Math.Max(0, _tokens.Count - Drafted - PromptLength);

    /// <summary>Positions whose keys and values are in the slots of all branches.</summary>
    public int Filled { get; set; }

    /// <summary>Positions that wait for a row: 1 while decoding, more where tokens are drawn elsewhere; 0 while it waits for another process.</summary>
    public int Pending => _tokens.Count - Drafted - Filled;

    /// <summary>Whether it goes on only with what comes from another process.</summary>
    public bool IsWaiting => Pending == 0;

    public bool InPrompt => Tokens.Length == GivenLength;

    public bool IsCancelled => _cancelled;

    public bool HasEnded { get; set; }

    /// <summary>When it was queued; a TimeProvider's timestamp.</summary>
    public long QueuedAt { get; init; }

    /// <summary>Since when it pauses for its reader.</summary>
    public Countdown? Pause { get; set; }

    /// <summary>What cancels it; given up at its end.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    /// <summary>Any thread. The loop frees what it holds before its next step.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Who gives the token that is drawn now: what is left to the branches beside the members.</summary>
    public IReadOnlyList<WeightedAdapter> MergedExperts()
    {
        if (_mergedShare != Members!.OwnShare || FixedExperts is null)
        {
            _mergedShare = Members.OwnShare;
            _mergedExperts = [.. (FixedExperts ?? ExpertShares.Of(Branches, 0)).Select(e => e with { Weight = e.Weight * _mergedShare })];
        }

        return _mergedExperts;
    }

    /// <summary>Guesses at most so many tokens, in place of earlier guesses. Of a prompt that is scored it knows them.</summary>
    public void Draft(int most)
    {
        DropDraft();
        int left = PromptLength - Tokens.Length;
        int limit = Math.Max(0, left) + Limit - Generated - 1;
        most = Members is null && Feed is null ? Math.Min(Math.Min(most, limit), Stream.Room - 1) : 0;
        var draft = left > 0 ? _prompt.AsSpan(Tokens.Length, Math.Clamp(most, 0, left)) : DraftPolicy.Next(Tokens, most);
        _tokens.EnsureCapacity(_tokens.Count + draft.Length);
        _tokens.AddRange(draft);
        Drafted = draft.Length;
    }

    public void DropDraft()
    {
        _tokens.RemoveRange(_tokens.Count - Drafted, Drafted);
        Drafted = 0;
    }

    public void Append(int token)
    {
        _tokens.Add(token);
        if (_tokens.Count > PromptLength)
        {
            Seen?.AddGenerated(token);
        }
    }
}
