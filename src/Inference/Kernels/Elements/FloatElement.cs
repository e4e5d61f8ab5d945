using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>f32.</summary>
internal readonly unsafe struct FloatElement : ICacheElement
{
    public const int Size = sizeof(float);

    static int IStoredNumber.Size => Size;

    public static float QueryFactor => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => TLanes.Load((float*)source);

    public static float LoadOne(byte* source) => *(float*)source;

    public static void Store(float* source, int count, byte* target, int stride, float* scale)
    {
        float* to = (float*)target;
        for (int i = 0; i < count; i++)
        {
            to[i * stride] = source[i];
        }
    }

    public static void RescaleScores<TLanes>(float* scores, int count, float* scales)
        where TLanes : struct, ILanes<TLanes>
    {
    }

    public static void RescaleWeights<TLanes>(float* weights, int count, float* scales)
        where TLanes : struct, ILanes<TLanes>
    {
    }
}
