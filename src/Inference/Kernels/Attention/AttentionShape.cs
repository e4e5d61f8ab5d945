namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>Sizes of one attention call, as counts of elements; the first 2 * HalfRotary ones of a head are rotated.</summary>
internal readonly record struct AttentionShape(
    int Rows, int Heads, int KeyValueHeads, int HeadDimension, int Slots, int Capacity, int RotaryPositions, int HalfRotary)
{
    /// <summary>Query heads that share one key-value head.</summary>
    public int Group => Heads / KeyValueHeads;

    public int QueryWidth => Heads * HeadDimension;

    public int RowWidth => (Heads + (2 * KeyValueHeads)) * HeadDimension;
}
