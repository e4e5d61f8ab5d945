namespace ExpertCluster.Inference.Kernels;

/// <summary>
/// One attention call. The key cache of a (slot, head) lies in blocks of 16 positions, [M / 16][dimension][16], so that
/// one load brings a dimension of 16 keys; the value cache lies as [M][dimension]. Nobody else reads them.
/// </summary>
internal unsafe struct AttentionCall : IPartedCall<AttentionCall>
{
    public AttentionShape Shape;

    /// <summary>Multiplies the scores; 1 / sqrt(dimension) as a rule.</summary>
    public float Scale;

    public float* QueryKeyValue;
    public float* Keys;
    public float* Values;
    public int* Slot;
    public int* Position;
    public float* Cosine;
    public float* Sine;
    public float* Output;

    public int Parts { get; set; }

    /// <summary>One for each row and key-value head.</summary>
    public readonly int Tasks => Shape.Rows * Shape.KeyValueHeads;

    public readonly float* KeysOf(int row, int head) => Keys + Offset(row, head);

    public readonly float* ValuesOf(int row, int head) => Values + Offset(row, head);

    public static void Run<TLanes>(in AttentionCall call, int from, int to)
        where TLanes : struct, ILanes<TLanes> => SlotAttentionMath.Run<TLanes>(call, from, to);

    private readonly long Offset(int row, int head) => (Slot[row] * Shape.SlotStride) + (head * Shape.HeadStride);
}
