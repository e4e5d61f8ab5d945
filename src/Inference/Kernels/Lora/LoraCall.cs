using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Lora;

/// <summary>
/// One RowLora call: T rows, each with k places for adapters out of stacks A [capacity, segments * rank, inputs] and
/// B [capacity, rank, outputs], of which an adapter of lower rank fills the first rows of each segment.
/// </summary>
internal unsafe struct LoraCall : IPartedCall<LoraCall>
{
    public int Rows;
    public int Inputs;
    public int Outputs;

    /// <summary>Of the stacks: that far the segments of A lie apart.</summary>
    public int Rank;
    public int PlacesPerRow;

    /// <summary>Number of segments, and their widths.</summary>
    public int Segments;
    public int* SegmentWidths;

    public float* X;
    public float* Y;

    /// <summary>The stacks; their numbers are of <see cref="Type"/>.</summary>
    public byte* A;
    public byte* B;
    public AdapterType Type;

    /// <summary>[capacity] rank of each adapter here, at most <see cref="Rank"/>; 0: it has nothing for this projection.</summary>
    public int* Ranks;

    public int* Index;
    public float* Weight;

    /// <summary>[T, outputs]; may be the memory of <see cref="Y"/>.</summary>
    public float* Output;

    public int Parts { get; set; }

    public readonly int Tasks => Rows;

    /// <summary>Rows of one adapter's A.</summary>
    public readonly int Lows => Segments * Rank;

    /// <summary>Floats of scratch that a row needs: itself in other units, and the low-rank products of all its adapters.</summary>
    public readonly int ScratchFloats => Inputs + (PlacesPerRow * Lows);

    /// <summary>Where a row's place in <see cref="Index"/> and <see cref="Weight"/> is.</summary>
    public readonly int At(int row, int place) => (row * PlacesPerRow) + place;

    public readonly bool Uses(int row, int place) =>
        Index[At(row, place)] >= 0 && Weight[At(row, place)] != 0 && Ranks[Index[At(row, place)]] > 0;

    public static void Run<TLanes>(in LoraCall call, int from, int to)
        where TLanes : struct, ILanes<TLanes>
    {
        if (call.Type == AdapterType.Float16)
        {
            RowLoraMath<TLanes, HalfWeight>.Run(call, from, to);
        }
        else
        {
            RowLoraMath<TLanes, FloatWeight>.Run(call, from, to);
        }
    }
}
