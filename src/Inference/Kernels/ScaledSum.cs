using System.Runtime.CompilerServices;

namespace ExpertCluster.Inference.Kernels;

/// <summary>target = source + scaled vectors. Each element takes its terms in their order, whichever method adds them.</summary>
internal static unsafe class ScaledSum
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddOne<TLanes>(float* source, float scale, float* vector, int count, float* target)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes s = TLanes.Broadcast(scale);
        int i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            TLanes.Store(TLanes.MultiplyAdd(s, TLanes.Load(vector + i), TLanes.Load(source + i)), target + i);
        }

        for (; i < count; i++)
        {
            target[i] = MathF.FusedMultiplyAdd(scale, vector[i], source[i]);
        }
    }

    /// <summary>Four vectors that lie <paramref name="stride"/> floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddFour<TLanes>(float* source, float* scales, float* vectors, int stride, int count, float* target)
        where TLanes : struct, ILanes<TLanes>
    {
        float* v1 = vectors + stride, v2 = v1 + stride, v3 = v2 + stride;
        TLanes s0 = TLanes.Broadcast(scales[0]), s1 = TLanes.Broadcast(scales[1]);
        TLanes s2 = TLanes.Broadcast(scales[2]), s3 = TLanes.Broadcast(scales[3]);
        int i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            TLanes sum = TLanes.MultiplyAdd(s0, TLanes.Load(vectors + i), TLanes.Load(source + i));
            sum = TLanes.MultiplyAdd(s1, TLanes.Load(v1 + i), sum);
            sum = TLanes.MultiplyAdd(s2, TLanes.Load(v2 + i), sum);
            sum = TLanes.MultiplyAdd(s3, TLanes.Load(v3 + i), sum);
            TLanes.Store(sum, target + i);
        }

        for (; i < count; i++)
        {
            float sum = MathF.FusedMultiplyAdd(scales[0], vectors[i], source[i]);
            sum = MathF.FusedMultiplyAdd(scales[1], v1[i], sum);
            sum = MathF.FusedMultiplyAdd(scales[2], v2[i], sum);
            target[i] = MathF.FusedMultiplyAdd(scales[3], v3[i], sum);
        }
    }
}
