using System.Runtime.InteropServices;
using ExpertCluster.Inference.Stepping.Weights;
using ExpertCluster.Sessions;

namespace ExpertCluster.Inference.Tests.Leaks;

/// <summary>
/// What the process holds once everything that can be collected is. None of it depends on what the system does with free memory,
/// as resident bytes do.
/// </summary>
/// <param name="Lifetimes">Native objects under a guard.</param>
/// <param name="Maps">Regions that map a file of the folder, or a temporary file of widened weights.</param>
/// <param name="Descriptors">Open ones, whatever they are of.</param>
/// <param name="NativeBytes">What malloc has given out and not got back.</param>
/// <param name="ManagedBytes">Of objects that are reachable.</param>
internal readonly partial record struct Footprint(long Lifetimes, int Maps, int Descriptors, long NativeBytes, long ManagedBytes)
{
    /// <param name="folder">Where the files lie that may be mapped.</param>
    public static Footprint Take(string folder)
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
        }

        var heap = ReadMallocInfo();
        return new Footprint(
            Lifetime.Live,
            File.ReadLines("/proc/self/maps").Count(line => line.Contains(folder, StringComparison.Ordinal) || line.Contains(WidenedWeights.Prefix, StringComparison.Ordinal)),
            Directory.GetFiles("/proc/self/fd").Length,
            (long)(heap.InUse + heap.Mapped),
            GC.GetTotalMemory(forceFullCollection: false));
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallocInfo ReadMallocInfo();

    /// <summary>struct mallinfo2 of glibc's malloc.h: all arenas together.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallocInfo
    {
        public readonly nuint Arena;
        public readonly nuint FreeChunks;
        public readonly nuint FastChunks;
        public readonly nuint MappedRegions;

        /// <summary>hblkhd: bytes of blocks that malloc mapped one by one.</summary>
        public readonly nuint Mapped;
        public readonly nuint MostInUse;
        public readonly nuint FastFree;

        /// <summary>uordblks: bytes of blocks in the arenas that are in use.</summary>
        public readonly nuint InUse;
        public readonly nuint Free;
        public readonly nuint Top;
    }
}
