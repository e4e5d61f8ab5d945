using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>f32: a number as it is.</summary>
internal readonly unsafe struct FloatWeight : IAdapterElement
{
    public static int Size => FloatElement.Size;

    public static float InputFactor => 1;

    public static float ProductFactor => 1;

    public static float OutputFactor => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => FloatElement.Load<TLanes>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(byte* source) => FloatElement.LoadOne(source);
}
