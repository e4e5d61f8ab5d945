using System.Runtime.InteropServices;

namespace ExpertCluster.Inference.Native;

/// <summary>Has the system take back memory that this process does not need, where system and C library can be told.</summary>
internal static unsafe partial class SystemMemory
{
    /// <summary>MADV_DONTNEED of mman.h.</summary>
    private const int DontNeed = 4;

    /// <summary>M_MMAP_THRESHOLD of glibc's malloc.h.</summary>
    private const int MapThreshold = -3;

    /// <summary>What glibc begins with.</summary>
    private const int MapFrom = 128 * 1024;

    private static readonly Lazy<int> Blocks = new(FixMapThreshold);

    /// <summary>
    /// Pages of a read-only mapping of a file no longer count as this process's until they are read again. Only advice: the
    /// content is the same before and after, and a refusal changes nothing.
    /// </summary>
    public static void Drop(void* start, long bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(start, (nuint)bytes, DontNeed);
        }
    }

    /// <summary>
    /// Large native blocks go back to the system when they are freed, and new ones come zeroed from it page by page. glibc's
    /// malloc does so only up to a size that it raises with each large block it sees freed, and packing weights frees many:
    /// afterwards it would keep some tens of megabytes, and touch caches and stacks that nobody has used yet.
    /// </summary>
    public static void ReturnLargeBlocks() => _ = Blocks.Value;

    private static int FixMapThreshold() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallopt", out nint set)
            ? ((delegate* unmanaged<int, int, int>)set)(MapThreshold, MapFrom)
            : 0;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
