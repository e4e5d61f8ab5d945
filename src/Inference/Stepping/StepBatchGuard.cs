namespace ExpertCluster.Inference.Stepping;

/// <summary>
/// Checks a batch against its runner. The graph's Gather would take a negative token or row from the end instead of
/// refusing it, so those are checked here; the operators check adapters, slots and positions again, near their memory.
/// </summary>
internal static class StepBatchGuard
{
    public static void Check(StepBatch batch, IStepRunner runner)
    {
        if (batch.Vocabulary != runner.Vocabulary || batch.AdaptersPerRow != runner.AdaptersPerRow)
        {
            throw new ArgumentException(
                $"The batch is made for a vocabulary of {batch.Vocabulary} and {batch.AdaptersPerRow} adapters a row; "
                + $"the runner has {runner.Vocabulary} and {runner.AdaptersPerRow}.", nameof(batch));
        }

        Require("RowCount", batch.RowCount, 1, Math.Min(batch.InputIds.Length, runner.MaxRows));
        Require("OutputCount", batch.OutputCount, 0, batch.OutputRows.Length);
        RequireAll("InputIds", batch.InputIds.AsSpan(0, batch.RowCount), runner.Vocabulary);
        RequireAll("Slots", batch.Slots.AsSpan(0, batch.RowCount), runner.Slots);
        RequireAll("Positions", batch.Positions.AsSpan(0, batch.RowCount), runner.ContextLength);
        RequireAll("OutputRows", batch.OutputRows.AsSpan(0, batch.OutputCount), batch.RowCount);
    }

    /// <summary>For graphs whose operators do not check: an adapter that is used must lie in the stack.</summary>
    public static void CheckAdapters(StepBatch batch, int capacity)
    {
        for (int i = 0; i < batch.RowCount * batch.AdaptersPerRow; i++)
        {
            if (batch.AdapterIndex[i] >= capacity && batch.AdapterWeight[i] != 0)
            {
                throw new ArgumentException($"AdapterIndex[{i}] is {batch.AdapterIndex[i]}; it must be below {capacity}, negative for none.");
            }
        }
    }

    private static void Require(string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new ArgumentException($"{name} is {value}; it must be from {least} to {most}.");
        }
    }

    private static void RequireAll(string name, ReadOnlySpan<int> values, int limit)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if ((uint)values[i] >= (uint)limit)
            {
                throw new ArgumentException($"{name}[{i}] is {values[i]}; it must be from 0 to {limit - 1}.");
            }
        }
    }
}
