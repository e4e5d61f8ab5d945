using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>
/// Weighted sums for a tile of heads, sixteen columns at a time: sums[h] = sum over j below count of weights[h][j] * row[j],
/// where row j begins at element j * step of rows, head h's weights at weights + h * weightStride and its sums at sums + h * sumStride.
/// </summary>
internal static unsafe class TileSums
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One<TLanes, TTile, TElement>(
        byte* rows, int step, float* weights, int weightStride, int count, float* sums, int sumStride)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
        where TElement : struct, ICacheElement
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        float* w0 = weights, w1 = w0 + weightStride, w2 = w1 + weightStride, w3 = w2 + weightStride;
        nint stepBytes = (nint)step * TElement.Size;
        for (int j = 0; j < count; j++, rows += stepBytes)
        {
            var row = TElement.Load<TLanes>(rows);
            s0 = TLanes.MultiplyAdd(row, TLanes.Broadcast(w0[j]), s0);
            if (TTile.Heads > 1)
            {
                s1 = TLanes.MultiplyAdd(row, TLanes.Broadcast(w1[j]), s1);
            }

            if (TTile.Heads > 2)
            {
                s2 = TLanes.MultiplyAdd(row, TLanes.Broadcast(w2[j]), s2);
            }

            if (TTile.Heads > 3)
            {
                s3 = TLanes.MultiplyAdd(row, TLanes.Broadcast(w3[j]), s3);
            }
        }

        Store<TLanes, TTile>(s0, s1, s2, s3, sums, sumStride);
    }

    /// <summary>
    /// Two sets of columns, the second one's rows next elements further and its sums beside the first one's: twice the
    /// independent sums, which hides the latency of a multiply-add. What lies so many bytes ahead is fetched meanwhile.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Two<TLanes, TTile, TElement>(
        byte* rows, int next, int step, float* weights, int weightStride, int count, float* sums, int sumStride, nint ahead)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
        where TElement : struct, ICacheElement
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        TLanes t0 = s0, t1 = s0, t2 = s0, t3 = s0;
        float* w0 = weights, w1 = w0 + weightStride, w2 = w1 + weightStride, w3 = w2 + weightStride;
        byte* rows2 = rows + ((nint)next * TElement.Size);
        nint stepBytes = (nint)step * TElement.Size;
        for (int j = 0; j < count; j++, rows += stepBytes, rows2 += stepBytes)
        {
            Prefetch.Line(rows + ahead);
            Prefetch.Line(rows2 + ahead);
            var row = TElement.Load<TLanes>(rows);
            var row2 = TElement.Load<TLanes>(rows2);
            var w = TLanes.Broadcast(w0[j]);
            s0 = TLanes.MultiplyAdd(row, w, s0);
            t0 = TLanes.MultiplyAdd(row2, w, t0);
            if (TTile.Heads > 1)
            {
                w = TLanes.Broadcast(w1[j]);
                s1 = TLanes.MultiplyAdd(row, w, s1);
                t1 = TLanes.MultiplyAdd(row2, w, t1);
            }

            if (TTile.Heads > 2)
            {
                w = TLanes.Broadcast(w2[j]);
                s2 = TLanes.MultiplyAdd(row, w, s2);
                t2 = TLanes.MultiplyAdd(row2, w, t2);
            }

            if (TTile.Heads > 3)
            {
                w = TLanes.Broadcast(w3[j]);
                s3 = TLanes.MultiplyAdd(row, w, s3);
                t3 = TLanes.MultiplyAdd(row2, w, t3);
            }
        }

        Store<TLanes, TTile>(s0, s1, s2, s3, sums, sumStride);
        Store<TLanes, TTile>(t0, t1, t2, t3, sums + Lanes.Count, sumStride);
    }

    /// <summary>Four sets of columns, for tiles of one or two heads: with <see cref="Two"/> those would wait for their few sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four<TLanes, TTile, TElement>(
        byte* rows, int next, int step, float* weights, int weightStride, int count, float* sums, int sumStride, nint ahead)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
        where TElement : struct, ICacheElement
    {
        TLanes s0 = TLanes.Broadcast(0), t0 = s0, u0 = s0, v0 = s0;
        TLanes s1 = s0, t1 = s0, u1 = s0, v1 = s0;
        float* w0 = weights, w1 = w0 + weightStride;
        nint nextBytes = (nint)next * TElement.Size;
        nint stepBytes = (nint)step * TElement.Size;
        for (int j = 0; j < count; j++, rows += stepBytes)
        {
            Prefetch.Line(rows + ahead);
            Prefetch.Line(rows + nextBytes + ahead);
            Prefetch.Line(rows + (2 * nextBytes) + ahead);
            Prefetch.Line(rows + (3 * nextBytes) + ahead);
            var row = TElement.Load<TLanes>(rows);
            var row2 = TElement.Load<TLanes>(rows + nextBytes);
            var row3 = TElement.Load<TLanes>(rows + (2 * nextBytes));
            var row4 = TElement.Load<TLanes>(rows + (3 * nextBytes));
            var w = TLanes.Broadcast(w0[j]);
            s0 = TLanes.MultiplyAdd(row, w, s0);
            t0 = TLanes.MultiplyAdd(row2, w, t0);
            u0 = TLanes.MultiplyAdd(row3, w, u0);
            v0 = TLanes.MultiplyAdd(row4, w, v0);
            if (TTile.Heads > 1)
            {
                w = TLanes.Broadcast(w1[j]);
                s1 = TLanes.MultiplyAdd(row, w, s1);
                t1 = TLanes.MultiplyAdd(row2, w, t1);
                u1 = TLanes.MultiplyAdd(row3, w, u1);
                v1 = TLanes.MultiplyAdd(row4, w, v1);
            }
        }

        Store<TLanes, TTile>(s0, s1, s0, s0, sums, sumStride);
        Store<TLanes, TTile>(t0, t1, t0, t0, sums + Lanes.Count, sumStride);
        Store<TLanes, TTile>(u0, u1, u0, u0, sums + (2 * Lanes.Count), sumStride);
        Store<TLanes, TTile>(v0, v1, v0, v0, sums + (3 * Lanes.Count), sumStride);
    }

    private static void Store<TLanes, TTile>(TLanes s0, TLanes s1, TLanes s2, TLanes s3, float* sums, int stride)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
    {
        TLanes.Store(s0, sums);
        if (TTile.Heads > 1)
        {
            TLanes.Store(s1, sums + stride);
        }

        if (TTile.Heads > 2)
        {
            TLanes.Store(s2, sums + (2 * stride));
        }

        if (TTile.Heads > 3)
        {
            TLanes.Store(s3, sums + (3 * stride));
        }
    }
}
