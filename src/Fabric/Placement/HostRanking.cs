using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Placement;

/// <summary>
/// Orders hosts for a replica: hosts that hold the expert's base first, then free memory, then load. Memory and load
/// are compared coarsely, so that two like hosts tie; ties go by rendezvous hashing on the base's name, which keeps
/// the experts of a base together and spreads bases.
/// </summary>
internal static class HostRanking
{
    /// <summary>Steps that free memory and load are rounded to.</summary>
    private const int Steps = 4;

    /// <param name="hosts">Candidates.</param>
    /// <param name="baseName">The expert's base.</param>
    /// <param name="avoid">Hosts that hold another replica of the expert: taken only when there is no other.</param>
    /// <returns>The best host, or null when there is none.</returns>
    public static HostReport? Best(IEnumerable<HostReport> hosts, string baseName, IReadOnlySet<string> avoid) =>
        hosts
            .OrderBy(h => h.Draining)
            .ThenBy(h => avoid.Contains(h.Name))
            .ThenByDescending(h => h.Bases.Contains(baseName))
            .ThenByDescending(FreeMemoryStep)
            .ThenBy(LoadStep)
            .ThenByDescending(h => RendezvousWeight(baseName, h.Name))
            .FirstOrDefault();

    private static long FreeMemoryStep(HostReport host) =>
        host.TotalMemoryBytes <= 0 ? 0 : host.FreeMemoryBytes * Steps / host.TotalMemoryBytes;

    // 0, 1-3, 4-15, 16-63 ... requests
    private static int LoadStep(HostReport host) => (int)Math.Log(1 + host.Running + host.Waiting, Steps);

    // Highest random weight (Thaler and Ravishankar, 1998). SHA-256 because string.GetHashCode differs between processes.
    private static ulong RendezvousWeight(string baseName, string host)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{baseName}\n{host}"), hash);
        return BitConverter.ToUInt64(hash);
    }
}
