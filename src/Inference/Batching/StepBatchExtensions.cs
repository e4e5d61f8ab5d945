using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

internal static class StepBatchExtensions
{
    /// <summary>Fills lora_idx and lora_w of one row.</summary>
    public static void SetMix(this StepBatch batch, int row, RowMix mix)
    {
        int k = batch.AdaptersPerRow;
        mix.WriteTo(batch.AdapterIndex.AsSpan(row * k, k), batch.AdapterWeight.AsSpan(row * k, k));
    }
}
