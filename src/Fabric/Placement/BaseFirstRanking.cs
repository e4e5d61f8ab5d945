using ExpertCluster.Contracts.Hashing;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Placement;

/// <summary>
/// Hosts that hold the expert's base first, then free memory, then load. Memory and load
/// are compared coarsely, so that two like hosts tie; ties go by rendezvous hashing on the base's name, which keeps
/// the experts of a base together and spreads bases.
/// </summary>
internal sealed class BaseFirstRanking : IHostRanking
{
    /// <summary>Steps that free memory and load are rounded to.</summary>
    private const int Steps = 4;

    public string Name => HostRankings.Default;

    public HostReport? Best(IEnumerable<HostReport> hosts, string baseName, IReadOnlySet<string> avoid)
    {
        ulong key = RendezvousHash.KeyOf(baseName);
        return hosts
            .OrderBy(h => h.Draining)
            .ThenBy(h => avoid.Contains(h.Name))
            .ThenByDescending(h => h.Bases.Contains(baseName))
            .ThenByDescending(FreeMemoryStep)
            .ThenBy(LoadStep)
            .ThenByDescending(h => RendezvousHash.Weight(key, h.Name))
            .FirstOrDefault();
    }

    private static long FreeMemoryStep(HostReport host) =>
        host.TotalMemoryBytes <= 0 ? 0 : host.FreeMemoryBytes * Steps / host.TotalMemoryBytes;

    // 0, 1-3, 4-15, 16-63 ... requests
    private static int LoadStep(HostReport host) => (int)Math.Log(1 + host.Running + host.Waiting, Steps);
}
