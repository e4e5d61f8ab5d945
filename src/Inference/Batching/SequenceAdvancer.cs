using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>After a step: merges a sequence's branches, draws its tokens and writes its output entries. Those in lock step with other processes wait between the two.</summary>
internal sealed class SequenceAdvancer(StepBatch batch, LogitsPipeline filters)
{
    private readonly Sampler _sampler = new(batch.Vocabulary, filters);
    private readonly BranchMerge _merge = new(batch.Vocabulary);

    /// <summary>Tokens that came from whoever draws.</summary>
    private readonly List<int> _fed = [];

    /// <summary>Tokens that the step at hand had guessed.</summary>
    private int[] _draft = [];

    /// <summary>
    /// Counts the positions as filled. Where there are logits, draws a token, and another one behind each guess that turns
    /// out to be what was drawn: so guesses change how many tokens a step gives, never which. Returns why the sequence ended,
    /// or None.
    /// </summary>
    public FinishReason Advance(in StepEntry entry)
    {
        var sequence = entry.Sequence;
        int drafted = TakeDraft(sequence);
        sequence.Filled += entry.Count - drafted;
        if (entry.Outputs > 0 && sequence is { Members: not null } or { Feed: not null })
        {
            Settle(entry, 0);
            return AdvanceInLockStep(entry);
        }

        var finish = FinishReason.None;
        int accepted = 0;
        bool isScored = sequence.IsScoring;
        for (int n = 0; n < entry.Outputs && finish == FinishReason.None && !sequence.IsCancelled; n++)
        {
            int drawn = Draw(sequence, Merged(entry, n), sequence.FixedExperts ?? ExpertShares.Of(sequence.Branches, n), out finish);
            if (n == drafted || drawn != _draft[n])
            {
                break;
            }

            accepted++;
            sequence.Filled++;
        }

        Settle(entry, accepted);
        if (!isScored)
        {
            sequence.DraftPolicy.Checked(drafted, accepted, sequence.Tokens.Length);
            DraftTokens += drafted;
            AcceptedTokens += accepted;
        }

        return finish;
    }

    /// <summary>Goes on with a sequence that waits for other processes, where they have given what it needs.</summary>
    /// <inheritdoc cref="Advance"/>
    public FinishReason Resume(Sequence sequence) => sequence.Feed is { } feed ? TakeFed(sequence, feed) : DrawWithMembers(sequence);

    /// <summary>Total of guesses.</summary>
    public long DraftTokens { get; private set; }

    /// <summary>Total of guesses that held.</summary>
    public long AcceptedTokens { get; private set; }

    private static void Settle(in StepEntry entry, int n)
    {
        foreach (var branch in entry.Sequence.Branches)
        {
            if (branch.Gate is not null)
            {
                branch.Settle(entry.Sequence.Filled, entry.Outputs > 0 ? n : null);
            }
        }
    }

    private int TakeDraft(Sequence sequence)
    {
        var draft = sequence.TokensAndDraft[^sequence.Drafted..];
        if (_draft.Length < draft.Length)
        {
            _draft = new int[draft.Length];
        }

        draft.CopyTo(_draft);
        sequence.DropDraft();
        return draft.Length;
    }

    /// <summary>No guess is among its rows: one row of each branch gives logits, or none.</summary>
    private FinishReason AdvanceInLockStep(in StepEntry entry)
    {
        var sequence = entry.Sequence;
        if (sequence.Feed is { } feed)
        {
            var distribution = TokenDistribution.Of(sequence.Place, Merged(entry, 0), feed.Most);
            sequence.Stream.Write(TokenEmitter.Contribution(distribution), sequence.Generated);
            return TakeFed(sequence, feed);
        }

        _merge.Begin();
        AddBranches(entry, 0);
        sequence.Members!.Await(sequence.Place, _merge.Probabilities);
        return DrawWithMembers(sequence);
    }

    private FinishReason DrawWithMembers(Sequence sequence)
    {
        var finish = FinishReason.None;
        if (sequence.Members!.IsReady() || sequence is { Grammar.HasEnded: true, IsScoring: false })
        {
            var logits = sequence.Members.Merge(_merge);
            Draw(sequence, logits, sequence.MergedExperts(), out finish);
        }

        return finish;
    }

    private FinishReason TakeFed(Sequence sequence, TokenFeed feed)
    {
        _fed.Clear();
        bool hasEnded = feed.Take(_fed);
        foreach (int token in _fed)
        {
            if ((uint)token >= (uint)batch.Vocabulary)
            {
                throw new InvalidGenerationException([FormattableString.Invariant($"tokens has {token}; it must be a token id from 0 to {batch.Vocabulary - 1}")]);
            }

            if (sequence.Generated == sequence.Limit)
            {
                break;
            }

            sequence.Append(token);
        }

        var finish = hasEnded ? FinishReason.Stop : sequence.Generated == sequence.Limit ? FinishReason.Length : FinishReason.None;
        if (finish != FinishReason.None)
        {
            sequence.Stream.Write(sequence.Emitter.End([]) with { Finish = finish }, sequence.Generated);
        }

        return finish;
    }

    private int Draw(Sequence sequence, ReadOnlySpan<float> logits, IReadOnlyList<WeightedAdapter> experts, out FinishReason finish)
    {
        if (sequence.IsScoring)
        {
            return Score(sequence, logits, experts, out finish);
        }

        var shares = sequence.Members?.Shares;
        var grammar = sequence.Grammar;
        if (grammar is { HasEnded: true })
        {
            // Before the first token: a text that may only be empty, or one that was whole when its host was lost.
            var end = sequence.Emitter.End(experts);
            sequence.Stream.Write(end with { MemberShares = shares }, sequence.Generated);
            finish = end.Finish;
            return end.Id;
        }

        var draw = _sampler.Sample(logits, sequence.Sampling, sequence.Seen, position: sequence.Tokens.Length, grammar);
        sequence.Append(draw.Token);
        sequence.Members?.Tell(draw.Token);
        bool isWhole = grammar is not null && grammar.Append(draw.Token) && grammar.HasEnded;
        var token = sequence.Emitter.Next(draw, experts, isLast: sequence.Generated == sequence.Limit, isWhole);
        sequence.Stream.Write(shares is null ? token : token with { MemberShares = shares }, sequence.Generated);
        finish = token.Finish;
        return draw.Token;
    }

    private int Score(Sequence sequence, ReadOnlySpan<float> logits, IReadOnlyList<WeightedAdapter> experts, out FinishReason finish)
    {
        var draw = _sampler.Score(logits, sequence.NextOfPrompt, sequence.Sampling);
        sequence.Append(draw.Token);
        sequence.Members?.Tell(draw.Token);
        finish = sequence is { IsScoring: false, Limit: 0 } ? FinishReason.Length : FinishReason.None;
        sequence.Stream.Write(TokenEmitter.Scored(draw, experts) with { MemberShares = sequence.Members?.Shares, Finish = finish }, sequence.Generated);
        return draw.Token;
    }

    private ReadOnlySpan<float> Merged(in StepEntry entry, int n)
    {
        var branches = entry.Sequence.Branches;
        if (branches.Length == 1)
        {
            return batch.LogitsOf(entry.OutputOf(0, n));
        }

        _merge.Begin();
        if (entry.Sequence.Merging == BranchMerging.Product)
        {
            for (int b = 0; b < branches.Length; b++)
            {
                _merge.AddLogits(batch.LogitsOf(entry.OutputOf(b, n)), branches[b].Weight);
            }

            return _merge.Logits;
        }

        AddBranches(entry, n);
        return _merge.End();
    }

    private void AddBranches(in StepEntry entry, int n)
    {
        var branches = entry.Sequence.Branches;
        for (int b = 0; b < branches.Length; b++)
        {
            if (branches[b].ShareOf(n) is > 0 and var share)
            {
                _merge.Add(batch.LogitsOf(entry.OutputOf(b, n)), share);
            }
        }
    }
}
