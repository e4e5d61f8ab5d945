namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>
/// How many query heads are worked on together: each key and value loaded serves them all. A type and not a number, so
/// that each count is compiled by itself with its sums in registers.
/// </summary>
internal interface IHeadTile
{
    static abstract int Heads { get; }
}

internal readonly struct OneHead : IHeadTile
{
    public static int Heads => 1;
}

internal readonly struct TwoHeads : IHeadTile
{
    public static int Heads => 2;
}

internal readonly struct ThreeHeads : IHeadTile
{
    public static int Heads => 3;
}

internal readonly struct FourHeads : IHeadTile
{
    public static int Heads => 4;
}
