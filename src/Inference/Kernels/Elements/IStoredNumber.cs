using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>
/// How a number lies in memory. A type and not a branch, so that the inner loops of each are compiled by themselves. What is
/// loaded is the number in a unit of its own; who uses it takes the unit out again where that costs least.
/// </summary>
internal unsafe interface IStoredNumber
{
    /// <summary>Bytes.</summary>
    static abstract int Size { get; }

    /// <summary>Sixteen numbers that lie side by side.</summary>
    static abstract TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes>;

    static abstract float LoadOne(byte* source);
}
