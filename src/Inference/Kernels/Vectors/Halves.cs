using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>
/// Half precision as the cache keeps it: rounded to nearest, ties to even. What is too large becomes the largest, infinite and NaN
/// too; what would be subnormal becomes 0, since a multiplication with a subnormal float can cost a hundred cycles.
/// </summary>
internal static unsafe class Halves
{
    /// <summary>A half with its sign spread over the upper bits, moved by Shift, has under Mask a float's sign, exponent and fraction.</summary>
    public const int Shift = 13;

    public const int Mask = unchecked((int)0x8fff_e000);

    public const float Largest = 65504;

    /// <summary>2^-14, the least that isn't subnormal.</summary>
    public const float Least = 1f / 16384;

    // The difference of the exponents' biases, 127 - 15, in a float's place.
    private const uint Bias = 112u << 23;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* source, int count, ushort* target)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector128.Narrow(Round(Vector128.Load(source + i)), Round(Vector128.Load(source + i + 4))).Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] = (ushort)Round(Vector128.CreateScalar(source[i]))[0];
        }
    }

    private static Vector128<uint> Round(Vector128<float> values)
    {
        var size = Vector128.Abs(values);
        var largest = Vector128.Create(Largest);
        // Written so that NaN becomes the largest.
        size = Vector128.ConditionalSelect(Vector128.LessThan(size, largest), size, largest);
        var bits = size.AsUInt32() - Vector128.Create(Bias);
        var odd = (bits >>> Shift) & Vector128<uint>.One;
        var rounded = (bits + odd + Vector128.Create((1u << (Shift - 1)) - 1)) >>> Shift;
        var sign = (values.AsUInt32() >>> 16) & Vector128.Create(0x8000u);
        return (rounded & Vector128.GreaterThanOrEqual(size, Vector128.Create(Least)).AsUInt32()) | sign;
    }
}
