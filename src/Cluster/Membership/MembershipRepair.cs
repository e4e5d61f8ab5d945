using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.Cluster.Membership;

/// <summary>
/// Writes into a table what the cluster knows: first the members that it lacks, then empty changes until its version is newer
/// than the cluster's, so that every node takes it. Any number of nodes may do this at once: each write moves the version from
/// the one that its writer read, and who comes second reads again.
/// </summary>
internal sealed class MembershipRepair(IMembershipTable table, ClusterMembershipSnapshot cluster)
{
    /// <summary>A bound on writes; a version counts the joins and leaves of a cluster's life.</summary>
    private const int MostWrites = 20_000;

    /// <param name="last">The table as this node saw it last.</param>
    /// <param name="known">The version that the cluster has seen.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The table, newer than <paramref name="known"/>.</returns>
    /// <exception cref="OrleansException">It took too many writes.</exception>
    public async Task<MembershipTableData> RunAsync(MembershipTableData last, long known, CancellationToken cancellation)
    {
        var lost = last.Members.Select(m => Current(m.Item1)).Where(m => m.Status != SiloStatus.Dead).ToList();
        for (int writes = 0; writes < MostWrites; writes++)
        {
            cancellation.ThrowIfCancellationRequested();
            var now = await table.ReadAllAsync(cancellation);
            if (lost.Find(m => now.TryGet(m.SiloAddress) is null) is { } missing)
            {
                await table.InsertRowAsync(missing, now.Version.Next(), cancellation);
            }
            else if (now.Version.Version <= known && now.Members.Count > 0)
            {
                var (entry, tag) = now.Members[0];
                await table.UpdateRowAsync(entry, tag, now.Version.Next(), cancellation);
            }
            else
            {
                return now;
            }
        }

        throw new OrleansException($"the membership table could not be repaired with {MostWrites} writes");
    }

    private MembershipEntry Current(MembershipEntry entry) => new()
    {
        SiloAddress = entry.SiloAddress,
        Status = cluster.Members.TryGetValue(entry.SiloAddress, out var member) ? member.Status : entry.Status,
        SiloName = entry.SiloName,
        HostName = entry.HostName,
        RoleName = entry.RoleName,
        ProxyPort = entry.ProxyPort,
        StartTime = entry.StartTime,
        IAmAliveTime = entry.IAmAliveTime,
        SuspectTimes = [],
    };
}
