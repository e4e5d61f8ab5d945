using System.Runtime.CompilerServices;

namespace ExpertCluster.Inference.Kernels;

/// <summary>Dot products of one vector with rows of a matrix. A row's sum is the same whichever method computes it.</summary>
internal static unsafe class DotProduct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float One<TLanes>(float* x, float* row, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = TLanes.Broadcast(0);
        int i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            sum = TLanes.MultiplyAdd(TLanes.Load(x + i), TLanes.Load(row + i), sum);
        }

        return Rest(TLanes.Sum(sum), x, row, i, count);
    }

    /// <summary>Four rows that lie one behind the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four<TLanes>(float* x, float* rows, int count, float* result)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        float* row1 = rows + count, row2 = row1 + count, row3 = row2 + count;
        int i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            TLanes value = TLanes.Load(x + i);
            s0 = TLanes.MultiplyAdd(value, TLanes.Load(rows + i), s0);
            s1 = TLanes.MultiplyAdd(value, TLanes.Load(row1 + i), s1);
            s2 = TLanes.MultiplyAdd(value, TLanes.Load(row2 + i), s2);
            s3 = TLanes.MultiplyAdd(value, TLanes.Load(row3 + i), s3);
        }

        result[0] = Rest(TLanes.Sum(s0), x, rows, i, count);
        result[1] = Rest(TLanes.Sum(s1), x, row1, i, count);
        result[2] = Rest(TLanes.Sum(s2), x, row2, i, count);
        result[3] = Rest(TLanes.Sum(s3), x, row3, i, count);
    }

    private static float Rest(float sum, float* x, float* row, int from, int count)
    {
        for (int i = from; i < count; i++)
        {
            sum = MathF.FusedMultiplyAdd(x[i], row[i], sum);
        }

        return sum;
    }
}
