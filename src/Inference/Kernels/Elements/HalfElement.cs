using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>
/// f16. .NET has no instruction that widens halves, so their bits are moved into a float's places: sign, exponent, fraction.
/// The exponent's bias is then 112 too small, and the number 2^112 too small; the weights of values are made larger by that,
/// queries and scores by the half of it each, so that neither overflows.
/// </summary>
internal readonly unsafe struct HalfElement : ICacheElement
{
    public const int Size = sizeof(ushort);

    // 2^112 and its square root, both exact.
    private const float Unit = HalfUnit * HalfUnit;
    private const float HalfUnit = 1L << 56;

    static int IStoredNumber.Size => Size;

    public static float QueryFactor => HalfUnit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => TLanes.LoadHalves((short*)source);

    public static float LoadOne(byte* source) => BitConverter.Int32BitsToSingle((*(short*)source << Halves.Shift) & Halves.Mask);

    public static void Store(float* source, int count, byte* target, int stride, float* scale)
    {
        ushort* to = (ushort*)target;
        if (stride == 1)
        {
            Halves.Round(source, count, to);
            return;
        }

        ushort* halves = stackalloc ushort[count];
        Halves.Round(source, count, halves);
        for (int i = 0; i < count; i++)
        {
            to[i * stride] = halves[i];
        }
    }

    public static void RescaleScores<TLanes>(float* scores, int count, float* scales)
        where TLanes : struct, ILanes<TLanes> => Multiply<TLanes>(scores, count, HalfUnit);

    public static void RescaleWeights<TLanes>(float* weights, int count, float* scales)
        where TLanes : struct, ILanes<TLanes> => Multiply<TLanes>(weights, count, Unit);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TLanes>(float* numbers, int count, float factor)
        where TLanes : struct, ILanes<TLanes>
    {
        var factors = TLanes.Broadcast(factor);
        for (int i = 0; i < count; i += Lanes.Count)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(numbers + i), factors), numbers + i);
        }
    }
}
