using System.Globalization;

namespace ExpertCluster.Bench.Memory;

/// <summary>What the system counts as this process's; bytes.</summary>
/// <param name="Own">Resident pages that no file backs ("Pss_Anon" and "Pss_Shmem" of /proc/self/smaps_rollup).</param>
/// <param name="OfFiles">
/// Resident pages of weights' files, by this process's share in them ("Pss" of their mappings in /proc/self/smaps): the system takes
/// them back when it needs room.
/// </param>
internal readonly record struct ProcessMemory(long Own, long OfFiles)
{
    /// <summary>Of the files' names: the imported one, and what float16 is widened into.</summary>
    private static readonly string[] Weights = ["weights.bin", "expertcluster-weights-"];

    public long Total => Own + OfFiles;

    /// <summary>After a collection, so that what nobody refers to does not count.</summary>
    public static ProcessMemory Now()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        long own = File.ReadLines("/proc/self/smaps_rollup")
            .Where(line => line.StartsWith("Pss_Anon:", StringComparison.Ordinal) || line.StartsWith("Pss_Shmem:", StringComparison.Ordinal))
            .Sum(Bytes);
        return new ProcessMemory(own, WeightPages());
    }

    public static ProcessMemory operator -(ProcessMemory left, ProcessMemory right) =>
        new(left.Own - right.Own, left.OfFiles - right.OfFiles);

    public static ProcessMemory operator /(ProcessMemory left, int count) => new(left.Own / count, left.OfFiles / count);

    private static long WeightPages()
    {
        long bytes = 0;
        bool isOurs = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            // A mapping begins with its addresses in lower case, a field of it with its name.
            if (!char.IsUpper(line[0]))
            {
                isOurs = Weights.Any(name => line.Contains(name, StringComparison.Ordinal));
            }
            else if (isOurs && line.StartsWith("Pss:", StringComparison.Ordinal))
            {
                bytes += Bytes(line);
            }
        }

        return bytes;
    }

    private static long Bytes(string line) =>
        1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
