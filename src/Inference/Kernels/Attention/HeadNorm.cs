using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>A head over its root mean square, times a weight. In one width of vectors, since it is done once for each row.</summary>
internal static unsafe class HeadNorm
{
    public static void Apply(float* source, float* weight, int dimension, float epsilon, float* target)
    {
        float squares = DotProduct.One<Lanes128, FloatWeight>(source, (byte*)source, dimension);
        float scale = 1 / MathF.Sqrt((squares / dimension) + epsilon);
        for (int i = 0; i < dimension; i++)
        {
            target[i] = source[i] * scale * weight[i];
        }
    }
}
