using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>
/// int8, symmetric: number = byte * scale, with scale = largest magnitude / 127 of one head at one position. The rule is that
/// of llama.cpp's Q8_0 with a head as its block; a scale a head and token is LMDeploy's and TensorRT-LLM's granularity, too.
/// </summary>
internal readonly unsafe struct ByteElement : ICacheElement
{
    public const int Size = sizeof(sbyte);

    static int IStoredNumber.Size => Size;

    public static float QueryFactor => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => TLanes.LoadBytes((sbyte*)source);

    public static float LoadOne(byte* source) => *(sbyte*)source;

    public static void Store(float* source, int count, byte* target, int stride, float* scale)
    {
        sbyte* to = (sbyte*)target;
        if (stride == 1)
        {
            *scale = ScaledBytes.Round(source, count, to);
            return;
        }

        sbyte* bytes = stackalloc sbyte[count];
        *scale = ScaledBytes.Round(source, count, bytes);
        for (int i = 0; i < count; i++)
        {
            to[i * stride] = bytes[i];
        }
    }

    public static void RescaleScores<TLanes>(float* scores, int count, float* scales)
        where TLanes : struct, ILanes<TLanes> => Multiply<TLanes>(scores, count, scales);

    public static void RescaleWeights<TLanes>(float* weights, int count, float* scales)
        where TLanes : struct, ILanes<TLanes> => Multiply<TLanes>(weights, count, scales);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TLanes>(float* numbers, int count, float* scales)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int i = 0; i < count; i += Lanes.Count)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(numbers + i), TLanes.Load(scales + i)), numbers + i);
        }
    }
}
