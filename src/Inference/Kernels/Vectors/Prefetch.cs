using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>
/// Asks for memory that will be read soon, where .NET has the instruction (x86). Nothing is computed by it, and an address that
/// is nobody's does no harm.
/// </summary>
internal static unsafe class Prefetch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(byte* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
