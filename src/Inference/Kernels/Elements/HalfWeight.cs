using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>
/// f16, moved into a float's places as <see cref="HalfElement"/> does it, which makes a number 2^112 too small. Numbers are
/// stored 2^8 times as large as they are: an adapter's are small, and halves below 2^-14 would be lost.
/// </summary>
internal readonly unsafe struct HalfWeight : IAdapterElement
{
    /// <summary>The largest number in size that can be stored.</summary>
    public const float Largest = Halves.Largest / Scale;

    private const float Scale = 1 << 8;

    // 2^52: half of what is missing, so that a row times it doesn't overflow.
    private const float HalfUnit = 1L << 52;

    private const int Chunk = 256;

    public static int Size => HalfElement.Size;

    public static float InputFactor => HalfUnit;

    public static float ProductFactor => HalfUnit;

    public static float OutputFactor => HalfUnit * HalfUnit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => HalfElement.Load<TLanes>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(byte* source) => HalfElement.LoadOne(source);

    /// <summary>Stores numbers of at most <see cref="Largest"/> in size.</summary>
    public static void Store(ReadOnlySpan<float> source, Span<ushort> target)
    {
        float* scaled = stackalloc float[Chunk];
        for (int start = 0; start < source.Length; start += Chunk)
        {
            var part = source[start..Math.Min(start + Chunk, source.Length)];
            TensorPrimitives.Multiply(part, Scale, new Span<float>(scaled, part.Length));
            fixed (ushort* to = target[start..])
            {
                Halves.Round(scaled, part.Length, to);
            }
        }
    }
}
