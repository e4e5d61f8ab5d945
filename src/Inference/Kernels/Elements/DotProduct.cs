using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>Dot products of one vector with rows of a matrix. A row's sum is the same whichever method computes it.</summary>
internal static unsafe class DotProduct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float One<TLanes, TElement>(float* x, byte* row, int count)
        where TLanes : struct, ILanes<TLanes>
        where TElement : struct, IAdapterElement
    {
        var sum = TLanes.Broadcast(0);
        int i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            sum = TLanes.MultiplyAdd(TLanes.Load(x + i), TElement.Load<TLanes>(row + ((nint)i * TElement.Size)), sum);
        }

        return Rest<TElement>(TLanes.Sum(sum), x, row, i, count);
    }

    /// <summary>Four rows that lie one behind the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four<TLanes, TElement>(float* x, byte* rows, int count, float* result)
        where TLanes : struct, ILanes<TLanes>
        where TElement : struct, IAdapterElement
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        nint length = (nint)count * TElement.Size;
        byte* row1 = rows + length, row2 = row1 + length, row3 = row2 + length;
        int i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            var value = TLanes.Load(x + i);
            nint at = (nint)i * TElement.Size;
            s0 = TLanes.MultiplyAdd(value, TElement.Load<TLanes>(rows + at), s0);
            s1 = TLanes.MultiplyAdd(value, TElement.Load<TLanes>(row1 + at), s1);
            s2 = TLanes.MultiplyAdd(value, TElement.Load<TLanes>(row2 + at), s2);
            s3 = TLanes.MultiplyAdd(value, TElement.Load<TLanes>(row3 + at), s3);
        }

        result[0] = Rest<TElement>(TLanes.Sum(s0), x, rows, i, count);
        result[1] = Rest<TElement>(TLanes.Sum(s1), x, row1, i, count);
        result[2] = Rest<TElement>(TLanes.Sum(s2), x, row2, i, count);
        result[3] = Rest<TElement>(TLanes.Sum(s3), x, row3, i, count);
    }

    private static float Rest<TElement>(float sum, float* x, byte* row, int from, int count)
        where TElement : struct, IAdapterElement
    {
        for (int i = from; i < count; i++)
        {
            sum = MathF.FusedMultiplyAdd(x[i], TElement.LoadOne(row + ((nint)i * TElement.Size)), sum);
        }

        return sum;
    }
}
