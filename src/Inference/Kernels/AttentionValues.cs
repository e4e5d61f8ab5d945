using System.Runtime.CompilerServices;

namespace ExpertCluster.Inference.Kernels;

/// <summary>Sums of values weighed by softmax, for a tile of heads: output[h] = inverse[h] * sum_j weight[h][j] * value[j].</summary>
internal static unsafe class AttentionValues
{
    public static void Compute<TLanes, TTile>(
        float* values, float* weights, int stride, float* inverse, int dimension, int count, float* output)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
    {
        int i = 0;
        if (TLanes.Pairs)
        {
            for (; i + (2 * Lanes.Count) <= dimension; i += 2 * Lanes.Count)
            {
                Two<TLanes, TTile>(values + i, weights, stride, inverse, dimension, count, output + i);
            }
        }

        for (; i + Lanes.Count <= dimension; i += Lanes.Count)
        {
            One<TLanes, TTile>(values + i, weights, stride, inverse, dimension, count, output + i);
        }

        for (; i < dimension; i++)
        {
            for (int h = 0; h < TTile.Heads; h++)
            {
                output[(h * dimension) + i] = Single(values + i, weights + (h * stride), dimension, count) * inverse[h];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<TLanes, TTile>(
        float* values, float* weights, int stride, float* inverse, int dimension, int count, float* output)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        float* w0 = weights, w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
        for (int j = 0; j < count; j++, values += dimension)
        {
            TLanes value = TLanes.Load(values);
            s0 = TLanes.MultiplyAdd(value, TLanes.Broadcast(w0[j]), s0);
            if (TTile.Heads > 1)
            {
                s1 = TLanes.MultiplyAdd(value, TLanes.Broadcast(w1[j]), s1);
            }

            if (TTile.Heads > 2)
            {
                s2 = TLanes.MultiplyAdd(value, TLanes.Broadcast(w2[j]), s2);
            }

            if (TTile.Heads > 3)
            {
                s3 = TLanes.MultiplyAdd(value, TLanes.Broadcast(w3[j]), s3);
            }
        }

        Store<TLanes, TTile>(s0, s1, s2, s3, inverse, output, dimension);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two<TLanes, TTile>(
        float* values, float* weights, int stride, float* inverse, int dimension, int count, float* output)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        TLanes t0 = s0, t1 = s0, t2 = s0, t3 = s0;
        float* w0 = weights, w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
        for (int j = 0; j < count; j++, values += dimension)
        {
            TLanes value = TLanes.Load(values);
            TLanes value2 = TLanes.Load(values + Lanes.Count);
            TLanes w = TLanes.Broadcast(w0[j]);
            s0 = TLanes.MultiplyAdd(value, w, s0);
            t0 = TLanes.MultiplyAdd(value2, w, t0);
            if (TTile.Heads > 1)
            {
                w = TLanes.Broadcast(w1[j]);
                s1 = TLanes.MultiplyAdd(value, w, s1);
                t1 = TLanes.MultiplyAdd(value2, w, t1);
            }

            if (TTile.Heads > 2)
            {
                w = TLanes.Broadcast(w2[j]);
                s2 = TLanes.MultiplyAdd(value, w, s2);
                t2 = TLanes.MultiplyAdd(value2, w, t2);
            }

            if (TTile.Heads > 3)
            {
                w = TLanes.Broadcast(w3[j]);
                s3 = TLanes.MultiplyAdd(value, w, s3);
                t3 = TLanes.MultiplyAdd(value2, w, t3);
            }
        }

        Store<TLanes, TTile>(s0, s1, s2, s3, inverse, output, dimension);
        Store<TLanes, TTile>(t0, t1, t2, t3, inverse, output + Lanes.Count, dimension);
    }

    private static float Single(float* values, float* weights, int dimension, int count)
    {
        float sum = 0;
        for (int j = 0; j < count; j++)
        {
            sum = MathF.FusedMultiplyAdd(values[(long)j * dimension], weights[j], sum);
        }

        return sum;
    }

    private static void Store<TLanes, TTile>(
        TLanes s0, TLanes s1, TLanes s2, TLanes s3, float* inverse, float* output, int dimension)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
    {
        TLanes.Store(TLanes.Multiply(s0, TLanes.Broadcast(inverse[0])), output);
        if (TTile.Heads > 1)
        {
            TLanes.Store(TLanes.Multiply(s1, TLanes.Broadcast(inverse[1])), output + dimension);
        }

        if (TTile.Heads > 2)
        {
            TLanes.Store(TLanes.Multiply(s2, TLanes.Broadcast(inverse[2])), output + (2 * dimension));
        }

        if (TTile.Heads > 3)
        {
            TLanes.Store(TLanes.Multiply(s3, TLanes.Broadcast(inverse[3])), output + (3 * dimension));
        }
    }
}
