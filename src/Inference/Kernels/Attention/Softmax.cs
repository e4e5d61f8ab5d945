using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>The softmax over a row's scores, without its division: that is cheaper on the weighed values.</summary>
internal static unsafe class Softmax
{
    /// <summary>
    /// Turns scores 0..count-1 into exp(score - largest), clears the rest of the last block, returns 1 / their sum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials<TLanes>(float* scores, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        int padded = (count + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
        new Span<float>(scores + count, padded - count).Fill(float.NegativeInfinity);

        var largest = TLanes.Load(scores);
        for (int i = Lanes.Count; i < padded; i += Lanes.Count)
        {
            largest = TLanes.Max(largest, TLanes.Load(scores + i));
        }

        var shift = TLanes.Broadcast(TLanes.Largest(largest));
        var sum = TLanes.Broadcast(0);
        for (int i = 0; i < padded; i += Lanes.Count)
        {
            var e = TLanes.Exp(TLanes.Subtract(TLanes.Load(scores + i), shift));
            TLanes.Store(e, scores + i);
            sum = TLanes.Add(sum, e);
        }

        return 1 / TLanes.Sum(sum);
    }
}
