using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>target = source + scaled vectors. Each element takes its terms in their order, whichever method adds them.</summary>
internal static unsafe class ScaledSum
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddOne<TLanes, TElement>(float* source, float scale, byte* vector, int count, float* target)
        where TLanes : struct, ILanes<TLanes>
        where TElement : struct, IAdapterElement
    {
        var s = TLanes.Broadcast(scale);
        int i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            TLanes.Store(TLanes.MultiplyAdd(s, TElement.Load<TLanes>(vector + ((nint)i * TElement.Size)), TLanes.Load(source + i)), target + i);
        }

        for (; i < count; i++)
        {
            target[i] = MathF.FusedMultiplyAdd(scale, TElement.LoadOne(vector + ((nint)i * TElement.Size)), source[i]);
        }
    }

    /// <summary>Four vectors that lie <paramref name="stride"/> numbers apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddFour<TLanes, TElement>(float* source, float* scales, byte* vectors, int stride, int count, float* target)
        where TLanes : struct, ILanes<TLanes>
        where TElement : struct, IAdapterElement
    {
        nint length = (nint)stride * TElement.Size;
        byte* v1 = vectors + length, v2 = v1 + length, v3 = v2 + length;
        TLanes s0 = TLanes.Broadcast(scales[0]), s1 = TLanes.Broadcast(scales[1]);
        TLanes s2 = TLanes.Broadcast(scales[2]), s3 = TLanes.Broadcast(scales[3]);
        int i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            nint at = (nint)i * TElement.Size;
            var sum = TLanes.MultiplyAdd(s0, TElement.Load<TLanes>(vectors + at), TLanes.Load(source + i));
            sum = TLanes.MultiplyAdd(s1, TElement.Load<TLanes>(v1 + at), sum);
            sum = TLanes.MultiplyAdd(s2, TElement.Load<TLanes>(v2 + at), sum);
            sum = TLanes.MultiplyAdd(s3, TElement.Load<TLanes>(v3 + at), sum);
            TLanes.Store(sum, target + i);
        }

        for (; i < count; i++)
        {
            nint at = (nint)i * TElement.Size;
            float sum = MathF.FusedMultiplyAdd(scales[0], TElement.LoadOne(vectors + at), source[i]);
            sum = MathF.FusedMultiplyAdd(scales[1], TElement.LoadOne(v1 + at), sum);
            sum = MathF.FusedMultiplyAdd(scales[2], TElement.LoadOne(v2 + at), sum);
            target[i] = MathF.FusedMultiplyAdd(scales[3], TElement.LoadOne(v3 + at), sum);
        }
    }
}
