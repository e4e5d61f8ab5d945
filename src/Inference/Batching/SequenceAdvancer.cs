using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>After a step: merges a sequence's branches, draws its token and writes its output entry.</summary>
internal sealed class SequenceAdvancer(StepBatch batch)
{
    private readonly Sampler _sampler = new(batch.Vocabulary);
    private readonly BranchMerge _merge = new(batch.Vocabulary);

    /// <summary>Counts the positions as filled; with an output, returns why the sequence ended, or None.</summary>
    public FinishReason Advance(in StepEntry entry)
    {
        var sequence = entry.Sequence;
        sequence.Filled += entry.Count;
        if (!entry.HasOutput || sequence.IsCancelled)
        {
            return FinishReason.None;
        }

        var draw = _sampler.Sample(Merged(entry), sequence.Sampling, sequence.Seen, position: sequence.Tokens.Length);
        sequence.Append(draw.Token);
        var token = sequence.Emitter.Next(draw, Experts(sequence), isLast: sequence.Generated == sequence.Limit);
        sequence.Stream.Write(token, sequence.Generated);
        return token.Finish;
    }

    private static IReadOnlyList<WeightedAdapter> Experts(Sequence sequence) =>
        sequence.FixedExperts ?? ExpertShares.Of(sequence.Branches);

    private ReadOnlySpan<float> Merged(in StepEntry entry)
    {
        var branches = entry.Sequence.Branches;
        if (branches.Length == 1)
        {
            return batch.LogitsOf(entry.FirstOutput);
        }

        _merge.Begin();
        for (var b = 0; b < branches.Length; b++)
        {
            _merge.Add(batch.LogitsOf(entry.FirstOutput + b), branches[b].Share);
        }

        return _merge.End();
    }
}
