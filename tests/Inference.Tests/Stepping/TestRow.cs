using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Tests.Stepping;

/// <summary>One row of a step, in words.</summary>
internal readonly record struct TestRow(int Token, int Slot, int Position, params (int Index, float Weight)[] Adapters);

internal static class TestRows
{
    public static StepBatch NewBatch(this IStepRunner runner) =>
        new(runner.MaxRows, Math.Max(runner.Slots, runner.MaxRows), runner.AdaptersPerRow, runner.Vocabulary);

    /// <summary>Runs the rows as one step and returns the logits of those that are asked for; null asks for all.</summary>
    public static float[][] Step(this IStepRunner runner, StepBatch batch, IReadOnlyList<TestRow> rows, int[]? outputs = null)
    {
        outputs ??= [.. Enumerable.Range(0, rows.Count)];
        batch.RowCount = rows.Count;
        batch.OutputCount = outputs.Length;
        outputs.CopyTo(batch.OutputRows, 0);
        for (int i = 0; i < rows.Count; i++)
        {
            batch.InputIds[i] = rows[i].Token;
            batch.Slots[i] = rows[i].Slot;
            batch.Positions[i] = rows[i].Position;
            for (int place = 0; place < batch.AdaptersPerRow; place++)
            {
                bool used = place < rows[i].Adapters.Length;
                batch.AdapterIndex[(i * batch.AdaptersPerRow) + place] = used ? rows[i].Adapters[place].Index : -1;
                batch.AdapterWeight[(i * batch.AdaptersPerRow) + place] = used ? rows[i].Adapters[place].Weight : 0;
            }
        }

        runner.Run(batch);
        return [.. outputs.Select((_, n) => batch.LogitsOf(n).ToArray())];
    }

    /// <summary>A prompt as the rows of a step, from a position on.</summary>
    public static IEnumerable<TestRow> Prompt(
        IReadOnlyList<int> tokens, int slot, int from = 0, params (int Index, float Weight)[] adapters) =>
        tokens.Select((token, i) => new TestRow(token, slot, from + i, adapters));
}
