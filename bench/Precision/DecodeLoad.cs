using System.Diagnostics;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;

namespace ExpertCluster.Bench.Precision;

/// <summary>Steps of streams that all decode at one position.</summary>
/// <param name="Streams">Rows of a step.</param>
/// <param name="Context">Tokens that each row sees, its own among them.</param>
internal sealed record DecodeLoad(int Streams, int Context)
{
    /// <summary>
    /// Fills every slot up to a context. One prompt is read and then copied: memory that was never written is all one page to the
    /// system, and would be read faster than any cache is.
    /// </summary>
    public static void FillSlots(FlatStepRunner runner, int context)
    {
        var batch = new StepBatch(runner.MaxRows, 1, runner.AdaptersPerRow, runner.Vocabulary);
        batch.AdapterIndex.AsSpan().Fill(-1);
        int whole = (context + runner.BlockPositions - 1) / runner.BlockPositions * runner.BlockPositions;
        for (int done = 0; done < whole; done += batch.RowCount)
        {
            batch.RowCount = Math.Min(runner.MaxRows, whole - done);
            for (int row = 0; row < batch.RowCount; row++)
            {
                (batch.InputIds[row], batch.Positions[row]) = ((done + row) * 7919 % runner.Vocabulary, done + row);
            }

            runner.Run(batch);
        }

        byte[] block = new byte[runner.BlockBytes];
        for (int i = 0; i < whole / runner.BlockPositions; i++)
        {
            runner.ReadBlock(0, i, block);
            for (int slot = 1; slot < runner.Slots; slot++)
            {
                runner.WriteBlock(slot, i, block);
            }
        }
    }

    public StepBatch Batch(FlatStepRunner runner)
    {
        var batch = new StepBatch(Streams, Streams, runner.AdaptersPerRow, runner.Vocabulary) { RowCount = Streams, OutputCount = Streams };
        batch.AdapterIndex.AsSpan().Fill(-1);
        for (int row = 0; row < Streams; row++)
        {
            (batch.InputIds[row], batch.Slots[row], batch.Positions[row], batch.OutputRows[row]) =
                (row * 31 % runner.Vocabulary, row, Context - 1, row);
        }

        return batch;
    }

    /// <summary>Milliseconds of a step.</summary>
    public static double Time(FlatStepRunner runner, StepBatch batch, int steps)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++)
        {
            runner.Run(batch);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / steps;
    }
}
