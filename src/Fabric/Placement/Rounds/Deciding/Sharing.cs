using ExpertCluster.Contracts.Hashing;

namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>
/// Moves experts from hosts that have more than their share to those that have less: one that joined has nothing yet. Only where a host is
/// outside a band around the mean, a part of what is missing a round, and never what the cooldown covers.
/// </summary>
internal sealed class Sharing(Board board, HostChoice choice)
{
    /// <summary>Hosts that a receiver looks at before it is left for this round.</summary>
    private const int DonorsToTry = 4;

    public void Apply()
    {
        foreach (var one in board.Bases)
        {
            if (one.Hosts.Count > 1)
            {
                Share(one);
            }
        }
    }

    private void Share(BoardBase one)
    {
        long load = one.Hosts.Sum(h => h.Load);
        long count = one.Hosts.Sum(h => h.Count);
        if (count == 0)
        {
            return;
        }

        long mean = BoardHost.LevelOf(load, one.Slots);
        long replica = BoardHost.LevelOf(load * one.Hosts.Count / count, one.Slots);
        long band = Math.Max((long)(mean * board.Options.BalanceSlack), replica);
        long low = mean - band;
        long high = mean + band;
        if (!one.Hosts.Exists(h => h.Level < low || h.Level > high))
        {
            return;
        }

        BoardHost[] hosts = [.. one.Hosts.OrderBy(h => h.Level).ThenBy(h => h.Number)];
        int taker = 0;
        int giver = hosts.Length - 1;
        int tries = 0;
        while (taker < giver && board.Decisions.Count + 2 <= board.Options.MovesPerRound)
        {
            var (to, from) = (hosts[taker], hosts[giver]);
            if (to.Level >= low && from.Level <= high)
            {
                break;
            }

            bool isServed = to.Warmed >= Steps(mean - to.Level, replica);
            if (isServed || tries >= DonorsToTry)
            {
                (taker, giver, tries) = (taker + 1, isServed ? giver : hosts.Length - 1, 0);
                continue;
            }

            if (from.Shared >= Steps(from.Level - mean, replica) || !Move(one, from, to))
            {
                giver--;
                tries++;
            }
        }
    }

    /// <summary>A part of what is missing, so that the share comes gradually.</summary>
    private int Steps(long missing, long replica) =>
        (int)Math.Clamp((missing / Math.Max(1, replica) / board.Options.ShareRounds) + 1, 1, board.Options.MovesPerHost);

    private bool Move(BoardBase one, BoardHost from, BoardHost to)
    {
        int best = -1;
        (long Weight, ulong Home) rank = default;
        foreach (int number in board.ReplicasOn(from))
        {
            var replica = board.Replicas[number];
            if (board.Index.BaseOf[replica.Expert] != one.Number || !MayMove(replica, from, to))
            {
                continue;
            }

            var facts = board.Index.Experts[replica.Expert];
            ulong key = RendezvousHash.Append(RendezvousHash.KeyOf(facts.Id.Name), facts.Id.Revision);
            (long Weight, ulong Home) own = (board.WeightOf(replica.Expert), RendezvousHash.Weight(key, to.Name));
            (best, rank) = best < 0 || own.CompareTo(rank) > 0 ? (number, own) : (best, rank);
        }

        if (best < 0)
        {
            return false;
        }

        Move(ref board.Replicas[best], from, to);
        return true;
    }

    private void Move(ref BoardReplica replica, BoardHost from, BoardHost to)
    {
        int expert = replica.Expert;
        string reason = FormattableString.Invariant(
            $"{to.Name} has {to.Load / 1000.0:0.0} requests' worth of experts in {to.Slots} slots, {from.Name} {from.Load / 1000.0:0.0} in {from.Slots}");
        if (board.Counted[expert] >= board.Index.Experts[expert].Maximum)
        {
            // No room for both at once: whoever asks in between waits for its files.
            board.LetGo(ref replica, DecisionCause.Share, reason);
        }
        else
        {
            (board.Memory[expert].MovingFrom, board.Memory[expert].MovingTo) = (from.Name, to.Name);
            from.Give(board.WeightOf(expert));
            from.Take(0);
        }

        board.Warm(expert, to, DecisionCause.Share, reason);
        from.Shared++;
    }

    private bool MayMove(in BoardReplica replica, BoardHost from, BoardHost to)
    {
        int expert = replica.Expert;
        if (replica.Standing != Standing.Counts || board.Changed[expert] || board.Memory[expert].MovingFrom is not null
            || board.Now - replica.Since < board.Options.Cooldown || board.IsPinned(expert, from) || !choice.Allows(expert, to, board.Options.Cooldown))
        {
            return false;
        }

        // Half the difference at most, or the two only change places.
        long weight = board.WeightOf(expert);
        if (BoardHost.LevelOf(from.Load - weight, from.Slots) < BoardHost.LevelOf(to.Load + weight, to.Slots))
        {
            return false;
        }

        var zones = choice.CountZones(expert);
        return from.Zone == to.Zone || zones[to.Zone] < zones[from.Zone];
    }
}
