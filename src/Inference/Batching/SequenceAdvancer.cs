using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>After a step: merges a sequence's branches, draws its tokens and writes its output entries.</summary>
internal sealed class SequenceAdvancer(StepBatch batch, LogitsPipeline filters)
{
    private readonly Sampler _sampler = new(batch.Vocabulary, filters);
    private readonly BranchMerge _merge = new(batch.Vocabulary);

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
        var finish = FinishReason.None;
        int accepted = 0;
        for (int n = 0; n < entry.Outputs && finish == FinishReason.None && !sequence.IsCancelled; n++)
        {
            int drawn = Draw(entry, n, out finish);
            if (n == drafted || drawn != _draft[n])
            {
                break;
            }

            accepted++;
            sequence.Filled++;
        }

        sequence.DraftPolicy.Checked(drafted, accepted, sequence.Tokens.Length);
        DraftTokens += drafted;
        AcceptedTokens += accepted;
        return finish;
    }

    /// <summary>Total of guesses.</summary>
    public long DraftTokens { get; private set; }

    /// <summary>Total of guesses that held.</summary>
    public long AcceptedTokens { get; private set; }

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

    private int Draw(in StepEntry entry, int n, out FinishReason finish)
    {
        var sequence = entry.Sequence;
        var experts = sequence.FixedExperts ?? ExpertShares.Of(sequence.Branches, n);
        var grammar = sequence.Grammar;
        if (grammar is { HasEnded: true })
        {
            // Before the first token: a text that may only be empty, or one that was whole when its host was lost.
            var end = sequence.Emitter.End(experts);
            sequence.Stream.Write(end, sequence.Generated);
            finish = end.Finish;
            return end.Id;
        }

        var draw = _sampler.Sample(Merged(entry, n), sequence.Sampling, sequence.Seen, position: sequence.Tokens.Length, grammar);
        sequence.Append(draw.Token);
        bool isWhole = grammar is not null && grammar.Append(draw.Token) && grammar.HasEnded;
        var token = sequence.Emitter.Next(draw, experts, isLast: sequence.Generated == sequence.Limit, isWhole);
        sequence.Stream.Write(token, sequence.Generated);
        finish = token.Finish;
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
        for (int b = 0; b < branches.Length; b++)
        {
            _merge.Add(batch.LogitsOf(entry.OutputOf(b, n)), branches[b].Share);
        }

        return _merge.End();
    }
}
