using System.Runtime.Intrinsics;

namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>The lower part of the one tree by which sixteen lanes become one number, after lane i met lane i + 8.</summary>
internal static class LaneTree
{
    public static float Sum(Vector256<float> eight)
    {
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    public static float Largest(Vector256<float> eight)
    {
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[2]), MathF.Max(four[1], four[3]));
    }
}
