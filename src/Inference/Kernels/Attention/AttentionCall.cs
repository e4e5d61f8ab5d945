using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>
/// One attention call. The keys of a (slot, head) lie in blocks of 16 positions, [M / 16][dimension][16], so that one load
/// brings a dimension of 16 keys; its values lie as [M][dimension]. <see cref="CacheLayout"/> says how long their numbers are,
/// and what stands before them. Nobody else reads them.
/// </summary>
internal unsafe struct AttentionCall : IPartedCall<AttentionCall>
{
    public AttentionShape Shape;

    /// <summary>Multiplies the scores; 1 / sqrt(dimension) as a rule.</summary>
    public float Scale;

    /// <summary>c in c * tanh(score / c), 0 for none.</summary>
    public float SoftCap;

    /// <summary>How many positions a row sees, its own and those before it; 0 for all.</summary>
    public int Window;

    public float* QueryKeyValue;

    /// <summary>How keys and values are stored.</summary>
    public CacheLayout Layout;
    public byte* Keys;
    public byte* Values;
    public int* Slot;
    public int* Position;
    public float* Cosine;
    public float* Sine;

    /// <summary>Weights that each head's query and key is normalised with before it is rotated, [dimension]; null for none.</summary>
    public float* QueryNorm;
    public float* KeyNorm;
    public float NormEpsilon;

    public float* Output;

    public int Parts { get; set; }

    /// <summary>One for each row and key-value head.</summary>
    public readonly int Tasks => Shape.Rows * Shape.KeyValueHeads;

    /// <summary>Bytes of either cache.</summary>
    public readonly long CacheSize => (long)Shape.Slots * Shape.KeyValueHeads * Layout.HeadSize;

    /// <summary>The row's slot's part of the keys: its scales, then its numbers.</summary>
    public readonly byte* KeysOf(int row, int head) => Keys + Offset(row, head);

    public readonly byte* ValuesOf(int row, int head) => Values + Offset(row, head);

    /// <summary>The first position that a row sees.</summary>
    public readonly int FirstOf(int row) => Window == 0 ? 0 : Math.Max(0, Position[row] + 1 - Window);

    public static void Run<TLanes>(in AttentionCall call, int from, int to)
        where TLanes : struct, ILanes<TLanes>
    {
        switch (call.Layout.Type)
        {
            case KvCacheType.Float16:
                SlotAttentionMath.Run<TLanes, HalfElement>(call, from, to);
                break;
            case KvCacheType.Int8:
                SlotAttentionMath.Run<TLanes, ByteElement>(call, from, to);
                break;
            default:
                SlotAttentionMath.Run<TLanes, FloatElement>(call, from, to);
                break;
        }
    }

    private readonly long Offset(int row, int head) => (((long)Slot[row] * Shape.KeyValueHeads) + head) * Layout.HeadSize;
}
