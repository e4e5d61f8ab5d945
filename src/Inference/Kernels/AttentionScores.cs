using System.Runtime.CompilerServices;

namespace ExpertCluster.Inference.Kernels;

/// <summary>Products of a tile's queries with the keys of positions 0..count-1, sixteen positions at a time.</summary>
internal static unsafe class AttentionScores
{
    /// <summary>Fills whole blocks: what lies behind count - 1 is undefined.</summary>
    public static void Compute<TLanes, TTile>(
        float* keys, float* queries, int dimension, int count, float* scores, int stride)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
    {
        int blocks = (count + Lanes.Count - 1) / Lanes.Count;
        int blockFloats = dimension * Lanes.Count;
        int block = 0;
        if (TLanes.Pairs)
        {
            for (; block + 2 <= blocks; block += 2)
            {
                Two<TLanes, TTile>(
                    keys + ((long)block * blockFloats), queries, dimension, scores + (block * Lanes.Count), stride);
            }
        }

        for (; block < blocks; block++)
        {
            One<TLanes, TTile>(
                keys + ((long)block * blockFloats), queries, dimension, scores + (block * Lanes.Count), stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<TLanes, TTile>(float* keys, float* queries, int dimension, float* scores, int stride)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        float* q0 = queries, q1 = q0 + dimension, q2 = q1 + dimension, q3 = q2 + dimension;
        for (int i = 0; i < dimension; i++)
        {
            TLanes key = TLanes.Load(keys + (i * Lanes.Count));
            s0 = TLanes.MultiplyAdd(key, TLanes.Broadcast(q0[i]), s0);
            if (TTile.Heads > 1)
            {
                s1 = TLanes.MultiplyAdd(key, TLanes.Broadcast(q1[i]), s1);
            }

            if (TTile.Heads > 2)
            {
                s2 = TLanes.MultiplyAdd(key, TLanes.Broadcast(q2[i]), s2);
            }

            if (TTile.Heads > 3)
            {
                s3 = TLanes.MultiplyAdd(key, TLanes.Broadcast(q3[i]), s3);
            }
        }

        Store<TLanes, TTile>(s0, s1, s2, s3, scores, stride);
    }

    /// <summary>Two blocks: twice the independent sums, which hides the latency of a multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two<TLanes, TTile>(float* keys, float* queries, int dimension, float* scores, int stride)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        TLanes t0 = s0, t1 = s0, t2 = s0, t3 = s0;
        float* q0 = queries, q1 = q0 + dimension, q2 = q1 + dimension, q3 = q2 + dimension;
        float* next = keys + (dimension * Lanes.Count);
        for (int i = 0; i < dimension; i++)
        {
            TLanes key = TLanes.Load(keys + (i * Lanes.Count));
            TLanes key2 = TLanes.Load(next + (i * Lanes.Count));
            TLanes q = TLanes.Broadcast(q0[i]);
            s0 = TLanes.MultiplyAdd(key, q, s0);
            t0 = TLanes.MultiplyAdd(key2, q, t0);
            if (TTile.Heads > 1)
            {
                q = TLanes.Broadcast(q1[i]);
                s1 = TLanes.MultiplyAdd(key, q, s1);
                t1 = TLanes.MultiplyAdd(key2, q, t1);
            }

            if (TTile.Heads > 2)
            {
                q = TLanes.Broadcast(q2[i]);
                s2 = TLanes.MultiplyAdd(key, q, s2);
                t2 = TLanes.MultiplyAdd(key2, q, t2);
            }

            if (TTile.Heads > 3)
            {
                q = TLanes.Broadcast(q3[i]);
                s3 = TLanes.MultiplyAdd(key, q, s3);
                t3 = TLanes.MultiplyAdd(key2, q, t3);
            }
        }

        Store<TLanes, TTile>(s0, s1, s2, s3, scores, stride);
        Store<TLanes, TTile>(t0, t1, t2, t3, scores + Lanes.Count, stride);
    }

    private static void Store<TLanes, TTile>(TLanes s0, TLanes s1, TLanes s2, TLanes s3, float* scores, int stride)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
    {
        TLanes.Store(s0, scores);
        if (TTile.Heads > 1)
        {
            TLanes.Store(s1, scores + stride);
        }

        if (TTile.Heads > 2)
        {
            TLanes.Store(s2, scores + (2 * stride));
        }

        if (TTile.Heads > 3)
        {
            TLanes.Store(s3, scores + (3 * stride));
        }
    }
}
