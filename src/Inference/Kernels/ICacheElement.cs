namespace ExpertCluster.Inference.Kernels;

/// <summary>
/// How a number lies in a cache. A type and not a branch, so that the inner loops of each are compiled by themselves. What is
/// loaded is the number in units of its own; <see cref="RescaleScores"/> and <see cref="RescaleWeights"/> put the units in
/// where they cost one multiplication a position and not one a number.
/// </summary>
internal unsafe interface ICacheElement
{
    /// <summary>Bytes.</summary>
    static abstract int Size { get; }

    /// <summary>What queries are multiplied with before they meet loaded keys.</summary>
    static abstract float QueryFactor { get; }

    /// <summary>Sixteen numbers that lie side by side.</summary>
    static abstract TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes>;

    static abstract float LoadOne(byte* source);

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
