using ExpertCluster.Contracts.Hashing;

namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>Which host opens a base: one that has the memory, in the zone with the fewest hosts of it, with the fewest other bases, its home among like ones.</summary>
internal sealed class BaseHosts(Board board)
{
    /// <param name="one">The base.</param>
    /// <param name="cooldown">How long ago a decision about it and a host must be.</param>
    /// <param name="stranded">The expert that the host must be right for, or null.</param>
    public BoardHost? Choose(BoardBase one, TimeSpan cooldown, RoundExpert? stranded)
    {
        int[] zones = new int[Math.Max(1, board.Zones)];
        foreach (var host in one.Hosts)
        {
            zones[host.Zone]++;
        }

        ulong key = RendezvousHash.KeyOf(one.Name);
        return board.Hosts
            .Where(h => MayOpen(h, one, cooldown) && IsRightFor(h, stranded) && Fits(h, one.Facts, freed: 0))
            .OrderBy(h => zones[h.Zone])
            .ThenBy(h => h.Facts.Bases.Count)
            .ThenByDescending(h => RendezvousHash.Weight(key, h.Name))
            .FirstOrDefault();
    }

    public bool MayOpen(BoardHost host, BoardBase one, TimeSpan cooldown) =>
        !host.Facts.Draining
        && host.Opening == 0
        && !BoardHosts.Holds(host.Facts, one.Name)
        && !board.BaseMemories[one.Number].Touched(host.Name, board.Now - cooldown);

    public static bool IsRightFor(BoardHost host, RoundExpert? expert) =>
        expert is null
        || (host.HasLabels(expert.Labels) && expert.Rank <= host.Facts.AdapterRank && (expert.Pinned.Count == 0 || expert.Pinned.Contains(host.Name)));

    /// <param name="host">The host.</param>
    /// <param name="one">The base.</param>
    /// <param name="freed">Bytes that another base would leave.</param>
    public bool Fits(BoardHost host, RoundBase one, long freed)
    {
        // The device where there is one; a memory that nobody told of is taken to be enough.
        var room = host.Facts.Device.TotalBytes > 0 ? host.Facts.Device : host.Facts.Memory;
        return room.TotalBytes <= 0 || one.Bytes * (1 + board.Options.BaseHeadroom) <= (double)room.FreeBytes + freed;
    }
}
