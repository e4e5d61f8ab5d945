using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Bench.Steps;

/// <summary>What the rows of a step carry.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Rows">Sequences that decode at once.</param>
/// <param name="AdaptersOf">From a row to the adapters that it mixes, in equal parts.</param>
internal sealed record StepScenario(string Name, int Rows, Func<int, int[]> AdaptersOf)
{
    /// <summary>Adapters that are loaded; rows take them in turn.</summary>
    public const int Adapters = 16;

    /// <summary>At each number of rows the base alone comes first: the others are compared with it.</summary>
    public static IReadOnlyList<StepScenario> All { get; } =
    [
        .. new[] { 1, 8, 32 }.SelectMany(rows => new StepScenario[]
        {
            new("base", rows, _ => []),
            new("one adapter", rows, _ => [0]),
            new("each its own adapter", rows, row => [row % Adapters]),
            new("each two of its own", rows, row => [row % Adapters, (row + 1) % Adapters]),
        }),
    ];

    /// <summary>One token of every sequence, at this position.</summary>
    public StepBatch Batch(IStepRunner runner, int position)
    {
        var batch = new StepBatch(Rows, Rows, runner.AdaptersPerRow, runner.Vocabulary) { RowCount = Rows, OutputCount = Rows };
        for (int row = 0; row < Rows; row++)
        {
            batch.InputIds[row] = row * 31 % runner.Vocabulary;
            batch.Slots[row] = row;
            batch.Positions[row] = position;
            batch.OutputRows[row] = row;
            int[] adapters = AdaptersOf(row);
            for (int k = 0; k < runner.AdaptersPerRow; k++)
            {
                batch.AdapterIndex[(row * runner.AdaptersPerRow) + k] = k < adapters.Length ? adapters[k] : -1;
                batch.AdapterWeight[(row * runner.AdaptersPerRow) + k] = k < adapters.Length ? 1f / adapters.Length : 0;
            }
        }

        return batch;
    }
}
