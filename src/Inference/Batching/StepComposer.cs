using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>
/// A sequence's part of a step: Count positions for each of its branches, branch after branch from FirstRow on. The last
/// Outputs of each branch's rows give logits: one where the end of the prompt or the newest token is among them, and one
/// for each guess behind it.
/// </summary>
internal readonly record struct StepEntry(Sequence Sequence, int FirstRow, int Count, int FirstOutput, int Outputs)
{
    public int RowOf(int branch) => FirstRow + (branch * Count);

    public int OutputOf(int branch, int n) => FirstOutput + (branch * Outputs) + n;
}

/// <summary>
/// Chooses the rows of a step: one position of every sequence that decodes and a few guesses behind it, then a bounded chunk
/// of prompts, first come first. A prompt that is scored is one whose guesses hold. Changes nothing of a sequence but its guesses, so a step can be composed again. What rows
/// carry is filled for fixed mixes only.
/// </summary>
internal sealed class StepComposer(StepBatch batch, int maxRows, int prefillChunk, int draftRows, int block)
{
    private readonly List<StepEntry> _entries = [];

    /// <summary>A list, not an interface: its enumerator costs no memory.</summary>
    public List<StepEntry> Entries => _entries;

    public int DecodeRows { get; private set; }

    public int PromptRows => batch.RowCount - DecodeRows;

    public void Compose(List<Sequence> running)
    {
        _entries.Clear();
        batch.RowCount = 0;
        batch.OutputCount = 0;
        int guesses = draftRows == 0 ? 0 : Math.Min(draftRows, maxRows - Decoding(running));
        foreach (var sequence in running)
        {
            if (IsDecoding(sequence))
            {
                sequence.Draft(guesses / sequence.Branches.Length);
                guesses -= sequence.Drafted * sequence.Branches.Length;
                Add(sequence, 1 + sequence.Drafted);
            }
        }

        DecodeRows = batch.RowCount;
        int budget = Math.Min(prefillChunk, maxRows - batch.RowCount);
        int spare = batch.OutputRows.Length - Branches(running) - (batch.OutputCount - Decoding(running));
        foreach (var sequence in running)
        {
            if (!IsReading(sequence))
            {
                continue;
            }

            // The branches of a sequence read the prompt side by side, so their last logits come in one step.
            int share = budget / sequence.Branches.Length;
            int count = Whole(sequence, Math.Min(sequence.Pending, share));
            if (count == 0)
            {
                break;
            }

            if (sequence.IsScoring)
            {
                sequence.Draft(count == sequence.Pending ? Math.Min(share - count, spare / sequence.Branches.Length) : 0);
                count += sequence.Drafted;
                spare -= sequence.Drafted * sequence.Branches.Length;
            }

            Add(sequence, count);
            budget -= count * sequence.Branches.Length;
        }
    }

    private static bool IsDecoding(Sequence sequence) => !sequence.InPrompt && !sequence.IsScoring && sequence.Pending == 1 && sequence.Pause is not { IsRunning: true };

    /// <summary>Tokens that were drawn elsewhere while it was late are read as a prompt is, and so are those of a prompt that is scored.</summary>
    private static bool IsReading(Sequence sequence) =>
        sequence is { InPrompt: true, IsWaiting: false } or { Pending: > 1, Pause: not { IsRunning: true } } or { IsScoring: true, IsWaiting: false, Pause: not { IsRunning: true } };

    /// <summary>Logits that a step may have to give for them, guesses not counted.</summary>
    private static int Branches(List<Sequence> running)
    {
        int branches = 0;
        foreach (var sequence in running)
        {
            branches += sequence.Branches.Length;
        }

        return branches;
    }

    private static int Decoding(List<Sequence> running)
    {
        int rows = 0;
        foreach (var sequence in running)
        {
            rows += IsDecoding(sequence) ? sequence.Branches.Length : 0;
        }

        return rows;
    }

    /// <summary>A part of a prompt ends with a block where it can: the prefix cache keeps and gives whole ones.</summary>
    private int Whole(Sequence sequence, int count)
    {
        int beyond = (sequence.Filled + count) % block;
        return count < sequence.Pending && count > beyond ? count - beyond : count;
    }

    private void Add(Sequence sequence, int count)
    {
        int outputs = Math.Max(0, count - sequence.Pending + 1);
        _entries.Add(new StepEntry(sequence, batch.RowCount, count, batch.OutputCount, outputs));
        var tokens = sequence.TokensAndDraft.Slice(sequence.Filled, count);
        foreach (var branch in sequence.Branches)
        {
            int first = batch.RowCount;
            tokens.CopyTo(batch.InputIds.AsSpan(first));
            batch.Slots.AsSpan(first, count).Fill(branch.Slot);
            for (int i = 0; i < count; i++)
            {
                batch.Positions[first + i] = sequence.Filled + i;
                if (branch.Gate is null)
                {
                    batch.SetMix(first + i, branch.Mix);
                }
            }

            batch.RowCount += count;
            for (int n = outputs; n > 0; n--)
            {
                batch.OutputRows[batch.OutputCount++] = batch.RowCount - n;
            }
        }
    }
}
