namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>
/// Sixteen floats that are computed with side by side, whatever the machine's vectors hold. Every implementation
/// gives bitwise the same results: the operations are lane by lane, and sums over lanes go through one fixed tree.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Whether there are registers enough to work on two sets of sixteen at once.</summary>
    static abstract bool Pairs { get; }

    static abstract TSelf Load(float* source);

    /// <summary>Halves, each times 2^-112: see <see cref="HalfElement"/>.</summary>
    static abstract TSelf LoadHalves(short* source);

    static abstract TSelf LoadBytes(sbyte* source);

    static abstract void Store(TSelf value, float* target);

    static abstract TSelf Broadcast(float value);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Add(TSelf a, TSelf b);

    static abstract TSelf Subtract(TSelf a, TSelf b);

    static abstract TSelf Multiply(TSelf a, TSelf b);

    static abstract TSelf Divide(TSelf a, TSelf b);

    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf Exp(TSelf value);

    static abstract float Sum(TSelf value);

    static abstract float Largest(TSelf value);
}

internal static class Lanes
{
    /// <summary>Floats of a set.</summary>
    public const int Count = 16;
}
