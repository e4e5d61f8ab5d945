using System.Runtime.CompilerServices;

namespace ExpertCluster.Inference.Kernels;

/// <summary>Rotary position embedding in Llama's halves: element i turns with element i + dimension / 2.</summary>
internal static unsafe class Rotary
{
    /// <summary>Rotates source, scales it, and stores element i at target + i * stride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* source, float* cosine, float* sine, int half, float scale, float* target, int stride)
    {
        for (int i = 0; i < half; i++)
        {
            float first = source[i];
            float second = source[i + half];
            target[i * stride] = ((first * cosine[i]) - (second * sine[i])) * scale;
            target[(i + half) * stride] = ((second * cosine[i]) + (first * sine[i])) * scale;
        }
    }
}
