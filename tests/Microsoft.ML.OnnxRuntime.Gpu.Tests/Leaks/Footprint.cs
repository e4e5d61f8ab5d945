using System.Globalization;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime.Tests.Leaks;

/// <summary>What the process holds, once everything that can be collected is.</summary>
internal readonly record struct Footprint(long Handles, long ResidentBytes)
{
    public static Footprint Take()
    {
        Collect();
        return new Footprint(LiveHandles.Count, Resident());
    }

    public static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>Resident memory without files' pages, which come and go with the page cache.</summary>
    private static long Resident()
    {
        string line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }
}
