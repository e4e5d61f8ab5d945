using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.Node.Membership;

/// <summary>
/// Writes into a table what the cluster knows: first the members that it lacks, then empty changes until its version is newer
/// than the cluster's, so that every node takes it. Any number of nodes may do this at once: each write moves the version from
/// the one that its writer read, and who comes second reads again.
/// </summary>
/// <param name="table">The store's.</param>
/// <param name="cluster">What this node knows, from the table and from what others told it: a row may be younger than any read.</param>
/// <param name="last">The table as this node read it last, for what only rows have; null where it read none.</param>
/// <param name="now">UTC.</param>
internal sealed class MembershipRepair(IMembershipTable table, ClusterMembershipSnapshot cluster, MembershipTableData? last, DateTime now)
{
    /// <summary>A bound on writes; a version counts the joins and leaves of a cluster's life.</summary>
    private const int MostWrites = 20_000;

    /// <returns>The table, newer than what the cluster knows.</returns>
    /// <exception cref="OrleansException">It took too many writes.</exception>
    public async Task<MembershipTableData> RunAsync(CancellationToken cancellation)
    {
        var lost = cluster.Members.Values.Where(m => m.Status != SiloStatus.Dead).Select(RowOf).ToList();
        for (int writes = 0; writes < MostWrites; writes++)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = await table.ReadAllAsync(cancellation);
            if (lost.Find(m => read.TryGet(m.SiloAddress) is null) is { } missing)
            {
                await table.InsertRowAsync(missing, read.Version.Next(), cancellation);
            }
            else if (read.Version.Version <= cluster.Version.Value && read.Members.Count > 0)
            {
                var (entry, tag) = read.Members[0];
                await table.UpdateRowAsync(entry, tag, read.Version.Next(), cancellation);
            }
            else
            {
                return read;
            }
        }

        throw new OrleansException($"the membership table could not be repaired with {MostWrites} writes");
    }

    private MembershipEntry RowOf(ClusterMember member)
    {
        var known = last?.TryGet(member.SiloAddress)?.Item1;
        return new MembershipEntry
        {
            SiloAddress = member.SiloAddress,
            Status = member.Status,
            SiloName = member.Name,
            HostName = known?.HostName ?? member.SiloAddress.Endpoint.Address.ToString(),
            RoleName = known?.RoleName,
            ProxyPort = known?.ProxyPort ?? 0,
            StartTime = known?.StartTime ?? now,

            // It lives, as far as anybody knows; the next sign is its own.
            IAmAliveTime = now,
            SuspectTimes = [],
        };
    }
}
