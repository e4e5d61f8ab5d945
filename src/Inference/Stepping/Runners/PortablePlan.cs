namespace ExpertCluster.Inference.Stepping.Runners;

/// <summary>
/// Cuts a step into what GroupQueryAttention takes on every provider: decoding rows batched where their slots lie side by
/// side, prompts one slot at a time (a batch of chunks behind earlier ones is refused by its CPU form).
/// </summary>
internal static class PortablePlan
{
    /// <exception cref="ArgumentException">A slot's rows do not follow each other in position.</exception>
    public static IReadOnlyList<PortablePart> Of(StepBatch batch)
    {
        var bySlot = new SortedDictionary<int, List<int>>();
        for (int row = 0; row < batch.RowCount; row++)
        {
            if (!bySlot.TryGetValue(batch.Slots[row], out var rows))
            {
                bySlot[batch.Slots[row]] = rows = [];
            }

            if (rows.Count > 0 && batch.Positions[row] != batch.Positions[rows[^1]] + 1)
            {
                throw new ArgumentException(
                    $"Positions[{row}] is {batch.Positions[row]}; slot {batch.Slots[row]} goes on at {batch.Positions[rows[^1]] + 1}.");
            }

            rows.Add(row);
        }

        List<PortablePart> parts = [];
        List<int> decoding = [];
        int first = 0;
        foreach (var (slot, rows) in bySlot)
        {
            if (rows.Count > 1)
            {
                parts.Add(new PortablePart(slot, 1, [.. rows]));
                continue;
            }

            if (decoding.Count > 0 && slot != first + decoding.Count)
            {
                Flush();
            }

            first = decoding.Count == 0 ? slot : first;
            decoding.Add(rows[0]);
        }

        Flush();
        return parts;

        void Flush()
        {
            if (decoding.Count > 0)
            {
                parts.Add(new PortablePart(first, decoding.Count, [.. decoding]));
                decoding.Clear();
            }
        }
    }
}
