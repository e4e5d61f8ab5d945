namespace ExpertCluster.Inference.Kernels;

/// <summary>
/// One RowLora call: T rows, each with k places for adapters out of stacks A [capacity, segments * rank, inputs] and
/// B [capacity, rank, outputs].
/// </summary>
internal unsafe struct LoraCall : IPartedCall<LoraCall>
{
    public int Rows;
    public int Inputs;
    public int Outputs;
    public int Rank;
    public int PlacesPerRow;

    /// <summary>Number of segments, and their widths.</summary>
    public int Segments;
    public int* SegmentWidths;

    public float* X;
    public float* Y;
    public float* A;
    public float* B;
    public int* Index;
    public float* Weight;

    /// <summary>[T, outputs]; may be the memory of <see cref="Y"/>.</summary>
    public float* Output;

    public int Parts { get; set; }

    public readonly int Tasks => Rows;

    /// <summary>Rows of one adapter's A.</summary>
    public readonly int Lows => Segments * Rank;

    /// <summary>Floats of scratch that a row needs: the low-rank products of all its adapters.</summary>
    public readonly int ScratchFloats => Math.Max(1, PlacesPerRow * Lows);

    public readonly float* AOf(int adapter) => A + ((long)adapter * Lows * Inputs);

    public readonly float* BOf(int adapter) => B + ((long)adapter * Rank * Outputs);

    public readonly bool Uses(int row, int place) =>
        Index[(row * PlacesPerRow) + place] >= 0 && Weight[(row * PlacesPerRow) + place] != 0;

    public static void Run<TLanes>(in LoraCall call, int from, int to)
        where TLanes : struct, ILanes<TLanes> => RowLoraMath.Run<TLanes>(call, from, to);
}
