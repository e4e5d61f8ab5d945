using ExpertCluster.Contracts.Hashing;

namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>
/// The host for one more replica: of those that may have it, in the zone with the fewest of the expert's replicas, one of the least loaded, and
/// among like ones the expert's home by rendezvous hashing, so that an expert comes back to where it was.
/// </summary>
internal sealed class HostChoice(Board board)
{
    /// <summary>Loads are alike within this part of the mean.</summary>
    private const int StepsOfMean = 4;

    private readonly int[] _zones = new int[Math.Max(1, board.Zones)];
    private readonly long[] _steps = StepsOf(board);

    /// <summary>Why no host was found by the last choice.</summary>
    public string Missing { get; private set; } = "";

    /// <summary>Whether what was missing is room, so that letting another go would help.</summary>
    public bool MissesRoom { get; private set; }

    /// <param name="expert">Its number.</param>
    /// <param name="cooldown">How long ago a decision about it and a host must be.</param>
    /// <param name="avoidCrowded">Leaves out hosts whose slots are all taken: one more replica there speeds nothing up.</param>
    public BoardHost? Choose(int expert, TimeSpan cooldown, bool avoidCrowded)
    {
        var facts = board.Index.Experts[expert];
        int number = board.Index.BaseOf[expert];
        (Missing, MissesRoom) = ("", false);
        if (number < 0)
        {
            Missing = $"its base {facts.Base} is not in the catalogue";
            return null;
        }

        CountZones(expert);
        ulong key = RendezvousHash.Append(RendezvousHash.KeyOf(facts.Id.Name), facts.Id.Revision);
        var seen = Obstacle.NoBase;
        BoardHost? best = null;
        (int Zone, long Step, ulong Home) rank = default;
        var since = board.Now - cooldown;
        foreach (var host in board.Bases[number].Hosts)
        {
            var obstacle = Check(expert, facts, host, since, avoidCrowded);
            seen = obstacle > seen ? obstacle : seen;
            if (obstacle != Obstacle.None)
            {
                continue;
            }

            (int Zone, long Step, ulong Home) own = (_zones[host.Zone], host.Level / _steps[number], 0);
            if (best is not null && (own.Zone, own.Step).CompareTo((rank.Zone, rank.Step)) > 0)
            {
                continue;
            }

            own.Home = RendezvousHash.Weight(key, host.Name);
            if (best is null || (own.Zone, own.Step).CompareTo((rank.Zone, rank.Step)) < 0 || own.Home > rank.Home)
            {
                (best, rank) = (host, own);
            }
        }

        if (best is null)
        {
            (Missing, MissesRoom) = (Say(seen, facts), seen == Obstacle.Room);
            if (seen <= Obstacle.Labels)
            {
                board.Bases[number].Stranded ??= facts;
            }
        }

        return best;
    }

    /// <summary>Whether a host may have a replica of an expert more.</summary>
    public bool Allows(int expert, BoardHost host, TimeSpan cooldown) =>
        board.Serves(host, expert) && Check(expert, board.Index.Experts[expert], host, board.Now - cooldown, avoidCrowded: false) == Obstacle.None;

    /// <summary>Replicas of an expert that count, by zone.</summary>
    public ReadOnlySpan<int> CountZones(int expert)
    {
        _zones.AsSpan().Clear();
        foreach (var replica in board.ReplicasOf(expert))
        {
            _zones[board.Hosts[replica.Host].Zone] += replica.Standing == Standing.Counts ? 1 : 0;
        }

        return _zones;
    }

    private Obstacle Check(int expert, RoundExpert facts, BoardHost host, TimeSpan since, bool avoidCrowded)
    {
        if (!host.HasLabels(facts.Labels))
        {
            return Obstacle.Labels;
        }

        if (facts.Rank > host.Facts.AdapterRank)
        {
            return Obstacle.Rank;
        }

        foreach (var replica in board.ReplicasOf(expert))
        {
            if (replica.Host == host.Number)
            {
                return Obstacle.Held;
            }
        }

        if (board.Memory[expert].Touched(host.Name, since))
        {
            return Obstacle.Cooldown;
        }

        if (!host.Fits(facts))
        {
            return Obstacle.Room;
        }

        return host.Warmed >= board.Options.MovesPerHost || (avoidCrowded && host.IsCrowded) ? Obstacle.Busy : Obstacle.None;
    }

    private static long[] StepsOf(Board board) =>
        [.. board.Bases.Select(b => Math.Max(1, BoardHost.LevelOf(b.Hosts.Sum(h => h.Load), b.Slots) / StepsOfMean))];

    private static string Say(Obstacle seen, RoundExpert facts) => seen switch
    {
        Obstacle.NoBase => $"no host has its base {facts.Base} open",
        Obstacle.Labels => "no host with its base has its labels",
        Obstacle.Rank => FormattableString.Invariant($"its rank {facts.Rank} is above what hosts have room for"),
        Obstacle.Held => "every host that may have it has it",
        Obstacle.Cooldown => "the hosts that may have it were tried, or left, just now",
        Obstacle.Room => FormattableString.Invariant($"no host has a place and {facts.Bytes} bytes free"),
        _ => "every host that may have it has enough to do",
    };

    /// <summary>From what takes the longest to what goes by itself: the last that any host shows is what is told.</summary>
    private enum Obstacle
    {
        NoBase,
        Labels,
        Rank,
        Held,
        Cooldown,
        Room,
        Busy,
        None,
    }
}
