using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>Numbers as signed bytes of one scale.</summary>
internal static unsafe class ScaledBytes
{
    private const float Largest = 127;

    // Below this the reciprocal of a scale would overflow; such numbers are 0 beside anything else.
    private const float Least = 1e-30f;

    /// <summary>
    /// Stores round(number / scale), ties to even, and returns the scale: the largest magnitude over 127. All 0 where that is
    /// below 1e-30; where it is infinite or NaN the scale is NaN, so that whatever is computed from it is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Round(float* source, int count, sbyte* target)
    {
        float largest = LargestOf(source, count);
        if (largest < Least || !float.IsFinite(largest))
        {
            new Span<sbyte>(target, count).Clear();
            return largest < Least ? 0 : float.NaN;
        }

        float factor = Largest / largest;
        var factors = Vector128.Create(factor);
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            var low = Vector128.Narrow(Rounded(source + i, factors), Rounded(source + i + 4, factors));
            var high = Vector128.Narrow(Rounded(source + i + 8, factors), Rounded(source + i + 12, factors));
            Vector128.Narrow(low, high).Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] = (sbyte)MathF.Round(source[i] * factor);
        }

        return largest / Largest;
    }

    private static Vector128<int> Rounded(float* source, Vector128<float> factors) =>
        Vector128.ConvertToInt32(Vector128.Round(Vector128.Load(source) * factors));

    private static float LargestOf(float* source, int count)
    {
        var largest = Vector128<float>.Zero;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            // Max keeps NaN.
            largest = Vector128.Max(largest, Vector128.Abs(Vector128.Load(source + i)));
        }

        float most = MathF.Max(MathF.Max(largest[0], largest[1]), MathF.Max(largest[2], largest[3]));
        for (; i < count; i++)
        {
            most = MathF.Max(most, MathF.Abs(source[i]));
        }

        return most;
    }
}
