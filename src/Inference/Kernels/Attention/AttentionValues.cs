using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>Sums of values weighed by softmax, for a tile of heads: output[h] = inverse[h] * sum_j weight[h][j] * value[j].</summary>
internal static unsafe class AttentionValues
{
    // A cache miss takes about as long as these rows; the machine's own prefetch ends with each page. Rows behind the last one are
    // fetched for nothing, so only where they are few beside the others.
    private const int RowsAhead = 16;

    public static void Compute<TLanes, TTile, TElement>(
        byte* values, float* weights, int stride, float* inverse, int dimension, int count, float* output)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
        where TElement : struct, ICacheElement
    {
        nint ahead = count < 8 * RowsAhead ? 0 : (nint)RowsAhead * dimension * TElement.Size;
        int i = 0;
        if (TLanes.Pairs && TTile.Heads <= 2)
        {
            for (; i + (4 * Lanes.Count) <= dimension; i += 4 * Lanes.Count)
            {
                TileSums.Four<TLanes, TTile, TElement>(
                    values + (i * TElement.Size), Lanes.Count, dimension, weights, stride, count, output + i, dimension, ahead);
            }
        }

        if (TLanes.Pairs)
        {
            for (; i + (2 * Lanes.Count) <= dimension; i += 2 * Lanes.Count)
            {
                TileSums.Two<TLanes, TTile, TElement>(
                    values + (i * TElement.Size), Lanes.Count, dimension, weights, stride, count, output + i, dimension, ahead);
            }
        }

        for (; i + Lanes.Count <= dimension; i += Lanes.Count)
        {
            TileSums.One<TLanes, TTile, TElement>(
                values + (i * TElement.Size), dimension, weights, stride, count, output + i, dimension);
        }

        for (; i < dimension; i++)
        {
            for (int h = 0; h < TTile.Heads; h++)
            {
                output[(h * dimension) + i] = Single<TElement>(values + (i * TElement.Size), weights + (h * stride), dimension, count);
            }
        }

        for (int h = 0; h < TTile.Heads; h++)
        {
            Scale<TLanes>(output + (h * dimension), dimension, inverse[h]);
        }
    }

    private static float Single<TElement>(byte* values, float* weights, int dimension, int count)
        where TElement : struct, ICacheElement
    {
        float sum = 0;
        for (int j = 0; j < count; j++)
        {
            sum = MathF.FusedMultiplyAdd(TElement.LoadOne(values + ((long)j * dimension * TElement.Size)), weights[j], sum);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale<TLanes>(float* output, int dimension, float factor)
        where TLanes : struct, ILanes<TLanes>
    {
        var factors = TLanes.Broadcast(factor);
        int i = 0;
        for (; i + Lanes.Count <= dimension; i += Lanes.Count)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(output + i), factors), output + i);
        }

        for (; i < dimension; i++)
        {
            output[i] *= factor;
        }
    }
}
