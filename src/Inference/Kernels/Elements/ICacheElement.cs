using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>
/// A number of a cache. <see cref="RescaleScores"/> and <see cref="RescaleWeights"/> put its unit in where that costs one
/// multiplication a position and not one a number.
/// </summary>
internal unsafe interface ICacheElement : IStoredNumber
{
    /// <summary>What queries are multiplied with before they meet loaded keys.</summary>
    static abstract float QueryFactor { get; }

    /// <summary>
    /// Stores a head's numbers of one position, number i at target + i * stride * Size, and their scale where the type has one.
    /// </summary>
    static abstract void Store(float* source, int count, byte* target, int stride, float* scale);

    /// <summary>Turns products of queries and loaded keys into scores, in whole sets of sixteen from position 0 of the scales on.</summary>
    static abstract void RescaleScores<TLanes>(float* scores, int count, float* scales)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>Makes weights of positions such that they may be multiplied with loaded values; in whole sets, as above.</summary>
    static abstract void RescaleWeights<TLanes>(float* weights, int count, float* scales)
        where TLanes : struct, ILanes<TLanes>;
}
