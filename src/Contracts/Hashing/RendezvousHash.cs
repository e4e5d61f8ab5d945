using System.Runtime.InteropServices;

namespace ExpertCluster.Contracts.Hashing;

/// <summary>
/// Highest random weight (Thaler and Ravishankar, 1998): of several nodes, the one with the largest weight for a key is its home. Who
/// asks needs no table, all agree, and where a node goes only the keys at home there move. The same in every process, version and on
/// every machine: string.GetHashCode is not. No protection against keys that somebody chose with care.
/// </summary>
public static class RendezvousHash
{
    // FNV-1a over UTF-16 units.
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Beyond every UTF-16 unit, so that "ab", "c" and "a", "bc" differ.</summary>
    private const ulong End = 0xFFFFF;

    /// <summary>The key of no text at all, to <see cref="Append"/> to.</summary>
    public const ulong EmptyKey = Offset;

    public static ulong KeyOf(ReadOnlySpan<char> text) => Append(EmptyKey, text);

    /// <summary>The key of several texts in their order.</summary>
    public static ulong Append(ulong key, ReadOnlySpan<char> text)
    {
        foreach (ushort unit in MemoryMarshal.Cast<char, ushort>(text))
        {
            key = (key ^ unit) * Prime;
        }

        return (key ^ End) * Prime;
    }

    /// <summary>How much a key is at home on a node.</summary>
    public static ulong Weight(ulong key, ReadOnlySpan<char> node) => Mix(Append(key, node));

    // The finalizer of SplitMix64: FNV alone leaves the high bits of short texts alike.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
