using ExpertCluster.Contracts;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Placement;

/// <summary>
/// Chooses the host of an expert replica. Every silo places, so all of them must come to the same choice from the same reports, in
/// whichever order these are. Pure.
/// </summary>
public interface IHostRanking : IPolicy
{
    /// <param name="hosts">Candidates.</param>
    /// <param name="baseName">The expert's base.</param>
    /// <param name="avoid">Names of hosts that hold another replica of the expert: taken only when there is no other.</param>
    /// <returns>The best host, or null when there is none.</returns>
    HostReport? Best(IEnumerable<HostReport> hosts, string baseName, IReadOnlySet<string> avoid);
}
