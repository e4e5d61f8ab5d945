using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>Holds scores between -cap and cap: cap * tanh(score / cap).</summary>
internal static unsafe class SoftCap
{
    /// <summary>Works on whole blocks of sixteen scores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TLanes>(float* scores, int count, float cap)
        where TLanes : struct, ILanes<TLanes>
    {
        // tanh(z) = 1 - 2 / (exp(2z) + 1), which needs no case for large z: exp may become 0 or infinite. Its error is some
        // last bits of 1, so a score's is some last bits of the cap.
        var twice = TLanes.Broadcast(2 / cap);
        var one = TLanes.Broadcast(1);
        var two = TLanes.Broadcast(2);
        var limit = TLanes.Broadcast(cap);
        for (int i = 0; i < count; i += Lanes.Count)
        {
            var e = TLanes.Exp(TLanes.Multiply(TLanes.Load(scores + i), twice));
            var tanh = TLanes.Subtract(one, TLanes.Divide(two, TLanes.Add(e, one)));
            TLanes.Store(TLanes.Multiply(limit, tanh), scores + i);
        }
    }
}
