namespace ExpertCluster.Inference.Stepping.Runners;

/// <summary>
/// Rows of a step that the portable graph can take in one Run: <see cref="Sequences"/> neighbouring slots with one row each,
/// or one slot with several rows.
/// </summary>
/// <param name="FirstSlot">The lowest slot.</param>
/// <param name="Sequences">B: slots, one behind the other.</param>
/// <param name="Rows">Rows of the step, [B * S], sequence by sequence.</param>
internal sealed record PortablePart(int FirstSlot, int Sequences, int[] Rows)
{
    /// <summary>S.</summary>
    public int RowsPerSequence => Rows.Length / Sequences;
}
