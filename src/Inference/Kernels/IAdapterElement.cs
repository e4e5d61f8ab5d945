namespace ExpertCluster.Inference.Kernels;

/// <summary>
/// How a number lies in the stacks of adapters. A type and not a branch, so that the inner loops of each are compiled by
/// themselves. What is loaded is the number in a unit of its own, which the factors take out again where it costs least.
/// </summary>
internal unsafe interface IAdapterElement
{
    /// <summary>Bytes.</summary>
    static abstract int Size { get; }

    /// <summary>What a row is multiplied with before it meets loaded numbers of A. 1: it is used as it lies.</summary>
    static abstract float InputFactor { get; }

    /// <summary>What a product of the two is multiplied with to be what it stands for.</summary>
    static abstract float ProductFactor { get; }

    /// <summary>What products are multiplied with before they meet loaded numbers of B.</summary>
    static abstract float OutputFactor { get; }

    /// <summary>Sixteen numbers that lie side by side.</summary>
    static abstract TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes>;

    static abstract float LoadOne(byte* source);
}
