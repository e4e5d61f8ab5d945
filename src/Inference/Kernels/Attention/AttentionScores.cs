using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>Products of a tile's queries with the keys of positions 0..count-1, sixteen positions at a time.</summary>
internal static unsafe class AttentionScores
{
    /// <summary>Fills whole blocks: what lies behind count - 1 is undefined.</summary>
    public static void Compute<TLanes, TTile, TElement>(
        byte* keys, float* queries, int dimension, int count, float* scores, int stride)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
        where TElement : struct, ICacheElement
    {
        int blocks = (count + Lanes.Count - 1) / Lanes.Count;
        int blockLength = dimension * Lanes.Count;
        int block = 0;
        if (TLanes.Pairs && TTile.Heads <= 2)
        {
            for (; block + 4 <= blocks; block += 4)
            {
                TileSums.Four<TLanes, TTile, TElement>(
                    keys + ((long)block * blockLength * TElement.Size),
                    blockLength,
                    Lanes.Count,
                    queries,
                    dimension,
                    dimension,
                    scores + (block * Lanes.Count),
                    stride,
                    block + 8 <= blocks ? (nint)blockLength * 4 * TElement.Size : 0);
            }
        }

        if (TLanes.Pairs)
        {
            for (; block + 2 <= blocks; block += 2)
            {
                TileSums.Two<TLanes, TTile, TElement>(
                    keys + ((long)block * blockLength * TElement.Size),
                    blockLength,
                    Lanes.Count,
                    queries,
                    dimension,
                    dimension,
                    scores + (block * Lanes.Count),
                    stride,
                    block + 4 <= blocks ? (nint)blockLength * 2 * TElement.Size : 0);
            }
        }

        for (; block < blocks; block++)
        {
            TileSums.One<TLanes, TTile, TElement>(
                keys + ((long)block * blockLength * TElement.Size),
                Lanes.Count,
                queries,
                dimension,
                dimension,
                scores + (block * Lanes.Count),
                stride);
        }
    }
}
