using System.Runtime.Intrinsics;

namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>The widest vectors that the machine does well; AVX-512 counts only where it does not slow the clock.</summary>
internal enum LaneWidth
{
    Bits128,
    Bits256,
    Bits512,
}

internal static class LaneWidths
{
    public static LaneWidth Best { get; } =
        Vector512.IsHardwareAccelerated ? LaneWidth.Bits512
        : Vector256.IsHardwareAccelerated ? LaneWidth.Bits256
        : LaneWidth.Bits128;
}
