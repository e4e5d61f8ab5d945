using ExpertCluster.Contracts.Hashing;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Placement;

/// <summary>
/// Who keeps which expert warm: of the hosts that have its base, the catalogue's number of replicas by highest random weight, so that a host
/// that comes or goes moves its own share and nothing else. Pure.
/// </summary>
public static class WarmPlacement
{
    /// <param name="experts">All that shall be warm somewhere.</param>
    /// <param name="hosts">All that report.</param>
    /// <returns>What each host shall keep, in the experts' order.</returns>
    public static IReadOnlyDictionary<string, HostOrders> Decide(IReadOnlyList<WarmWish> experts, IReadOnlyList<HostReport> hosts)
    {
        ArgumentNullException.ThrowIfNull(experts);
        ArgumentNullException.ThrowIfNull(hosts);
        Dictionary<string, List<ExpertOrder>> orders = new(StringComparer.Ordinal);
        foreach (var host in hosts)
        {
            orders[host.Name] = [];
        }

        HostReport[] open = [.. hosts.Where(h => !h.Draining)];
        foreach (var wish in experts)
        {
            ulong key = RendezvousHash.KeyOf(wish.Order.Expert);
            foreach (var host in open
                .Where(h => h.Bases.Contains(wish.Base) && wish.Labels.All(h.Labels.Contains))
                .OrderByDescending(h => RendezvousHash.Weight(key, h.Name))
                .Take(wish.Replicas))
            {
                orders[host.Name].Add(wish.Order);
            }
        }

        return orders.ToDictionary(o => o.Key, o => new HostOrders { Warm = [.. o.Value] }, StringComparer.Ordinal);
    }
}

/// <summary>An expert that shall be warm.</summary>
/// <param name="Order">Expert and revision.</param>
/// <param name="Base">It runs on.</param>
/// <param name="Replicas">Hosts that shall have it, at least 0.</param>
/// <param name="Labels">That these must have.</param>
public sealed record WarmWish(ExpertOrder Order, string Base, int Replicas, IReadOnlyList<string> Labels);
