using System.Runtime.CompilerServices;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>Rotary position embedding in Llama's halves: element i turns with element i + half.</summary>
internal static unsafe class Rotary
{
    /// <summary>Rotates the first 2 * half elements of source and scales all. Source and target may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* source, float* cosine, float* sine, int half, int dimension, float scale, float* target)
    {
        for (int i = 0; i < half; i++)
        {
            float first = source[i];
            float second = source[i + half];
            target[i] = ((first * cosine[i]) - (second * sine[i])) * scale;
            target[i + half] = ((second * cosine[i]) + (first * sine[i])) * scale;
        }

        for (int i = 2 * half; i < dimension; i++)
        {
            target[i] = source[i] * scale;
        }
    }
}
