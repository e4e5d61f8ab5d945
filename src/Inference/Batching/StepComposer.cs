using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>
/// A sequence's part of a step: Count positions for each of its branches, branch after branch from FirstRow on. Where
/// the last position of prompt or output is among them, logits come: those of branch b at output FirstOutput + b.
/// </summary>
internal readonly record struct StepEntry(Sequence Sequence, int FirstRow, int Count, int FirstOutput)
{
    public bool HasOutput => FirstOutput >= 0;

    public int RowOf(int branch) => FirstRow + (branch * Count);
}

/// <summary>
/// Chooses the rows of a step: one position of every sequence that decodes, then a bounded chunk of prompts, first come
/// first. Changes no sequence, so a step can be composed again. What rows carry is filled for fixed mixes only.
/// </summary>
internal sealed class StepComposer(StepBatch batch, int maxRows, int prefillChunk, int block)
{
    private readonly List<StepEntry> _entries = [];

    public IReadOnlyList<StepEntry> Entries => _entries;

    public int DecodeRows { get; private set; }

    public int PromptRows => batch.RowCount - DecodeRows;

    public void Compose(List<Sequence> running)
    {
        _entries.Clear();
        batch.RowCount = 0;
        batch.OutputCount = 0;
        foreach (var sequence in running)
        {
            if (!sequence.InPrompt && sequence.Pause is not { IsRunning: true })
            {
                Add(sequence, 1);
            }
        }

        DecodeRows = batch.RowCount;
        var budget = Math.Min(prefillChunk, maxRows - batch.RowCount);
        foreach (var sequence in running)
        {
            if (!sequence.InPrompt)
            {
                continue;
            }

            // The branches of a sequence read the prompt side by side, so their last logits come in one step.
            var count = Whole(sequence, Math.Min(sequence.Pending, budget / sequence.Branches.Length));
            if (count == 0)
            {
                break;
            }

            Add(sequence, count);
            budget -= count * sequence.Branches.Length;
        }
    }

    /// <summary>A part of a prompt ends with a block where it can: the prefix cache keeps and gives whole ones.</summary>
    private int Whole(Sequence sequence, int count)
    {
        var beyond = (sequence.Filled + count) % block;
        return count < sequence.Pending && count > beyond ? count - beyond : count;
    }

    private void Add(Sequence sequence, int count)
    {
        var hasOutput = count == sequence.Pending;
        _entries.Add(new StepEntry(sequence, batch.RowCount, count, hasOutput ? batch.OutputCount : -1));
        var tokens = sequence.Tokens.Slice(sequence.Filled, count);
        foreach (var branch in sequence.Branches)
        {
            var first = batch.RowCount;
            tokens.CopyTo(batch.InputIds.AsSpan(first));
            batch.Slots.AsSpan(first, count).Fill(branch.Slot);
            for (var i = 0; i < count; i++)
            {
                batch.Positions[first + i] = sequence.Filled + i;
                if (branch.Gate is null)
                {
                    batch.SetMix(first + i, branch.Mix);
                }
            }

            batch.RowCount += count;
            if (hasOutput)
            {
                batch.OutputRows[batch.OutputCount++] = batch.RowCount - 1;
            }
        }
    }
}
