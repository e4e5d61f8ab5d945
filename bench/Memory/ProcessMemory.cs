using System.Globalization;

namespace ExpertCluster.Bench.Memory;

/// <summary>What the system counts as this process's, from /proc/self/smaps_rollup; bytes.</summary>
/// <param name="Own">Resident pages that no file backs ("Pss_Anon" and "Pss_Shmem").</param>
/// <param name="OfFiles">
/// Resident pages of files, by this process's share in them ("Pss_File"): the system takes them back when it needs room.
/// </param>
internal readonly record struct ProcessMemory(long Own, long OfFiles)
{
    public long Total => Own + OfFiles;

    /// <summary>After a collection, so that what nobody refers to does not count.</summary>
    public static ProcessMemory Now()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        var fields = File.ReadLines("/proc/self/smaps_rollup").Skip(1).Select(line => line.Split(':', 2))
            .ToDictionary(field => field[0], field => Kilobytes(field[1]));
        return new ProcessMemory(fields["Pss_Anon"] + fields["Pss_Shmem"], fields["Pss_File"]);
    }

    public static ProcessMemory operator -(ProcessMemory left, ProcessMemory right) =>
        new(left.Own - right.Own, left.OfFiles - right.OfFiles);

    public static ProcessMemory operator /(ProcessMemory left, int count) => new(left.Own / count, left.OfFiles / count);

    private static long Kilobytes(string text) =>
        1024 * long.Parse(text.AsSpan(0, text.IndexOf("kB", StringComparison.Ordinal)), CultureInfo.InvariantCulture);
}
