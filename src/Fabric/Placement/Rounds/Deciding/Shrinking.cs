using System.Globalization;
using ExpertCluster.Contracts.Hashing;

namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>
/// Lets go. Runs before growth for what must go (<see cref="Force"/>) and after it for what may (<see cref="Relax"/>), one replica an expert a round.
/// </summary>
internal sealed class Shrinking(Board board, HostChoice choice, Wanted[] wanted)
{
    /// <summary>What may not be where it is, and what is above the maximum.</summary>
    public void Force()
    {
        for (int i = 0; i < board.Replicas.Length && !board.IsFull; i++)
        {
            ref var replica = ref board.Replicas[i];
            if (replica.Standing == Standing.Unfit)
            {
                board.LetGo(ref replica, DecisionCause.Unfit, "its host has not got its base, its labels or room for its rank any more");
            }
        }

        for (int expert = 0; expert < wanted.Length && !board.IsFull; expert++)
        {
            if (!board.Changed[expert] && board.Counted[expert] > board.Index.Experts[expert].Maximum)
            {
                LetOneGo(expert, DecisionCause.Maximum);
            }
        }
    }

    /// <summary>What another has taken the place of, and what is not needed.</summary>
    public void Relax()
    {
        for (int expert = 0; expert < wanted.Length && !board.IsFull; expert++)
        {
            if (board.Changed[expert])
            {
                continue;
            }

            if (board.Leaving[expert] > 0)
            {
                Leave(expert);
            }
            else if (board.Memory[expert].MovingFrom is { } from)
            {
                EndMove(expert, from);
            }
            else if (wanted[expert].Replicas < board.Counted[expert])
            {
                LetOneGo(expert, wanted[expert].Cause);
            }
        }
    }

    /// <summary>A host that drains keeps what it has until as many as are wanted are ready elsewhere.</summary>
    private void Leave(int expert)
    {
        int ready = 0;
        foreach (var replica in board.ReplicasOf(expert))
        {
            ready += replica is { Standing: Standing.Counts, Ready: true } ? 1 : 0;
        }

        if (ready < wanted[expert].Replicas)
        {
            return;
        }

        foreach (ref var replica in board.ReplicasOf(expert))
        {
            if (replica.Standing == Standing.Leaves)
            {
                board.LetGo(ref replica, DecisionCause.Drain, FormattableString.Invariant($"its host drains or gives its base up, and {ready} are ready elsewhere"));
                return;
            }
        }
    }

    private void EndMove(int expert, string from)
    {
        ref var memory = ref board.Memory[expert];
        bool isThere = false;
        bool isReady = false;
        foreach (var replica in board.ReplicasOf(expert))
        {
            string host = board.Hosts[replica.Host].Name;
            isThere |= host == memory.MovingTo;
            isReady |= host == memory.MovingTo && replica.Ready;
        }

        if (isReady && board.Counted[expert] > board.Index.Experts[expert].Minimum)
        {
            foreach (ref var replica in board.ReplicasOf(expert))
            {
                if (board.Hosts[replica.Host].Name == from && replica.Standing == Standing.Counts)
                {
                    board.LetGo(ref replica, DecisionCause.Share, $"it has moved to {memory.MovingTo}");
                    break;
                }
            }
        }

        // It has moved, or never will: the new host went away, or failed to load it.
        if (isReady || !isThere)
        {
            (memory.MovingFrom, memory.MovingTo) = (null, null);
        }
    }

    /// <summary>The one that is missed the least: in the fullest zone, on the most loaded host, the furthest from home.</summary>
    private void LetOneGo(int expert, DecisionCause cause)
    {
        var zones = choice.CountZones(expert);
        var facts = board.Index.Experts[expert];
        ulong key = RendezvousHash.Append(RendezvousHash.KeyOf(facts.Id.Name), facts.Id.Revision);
        int best = -1;
        (int Zone, long Level, ulong Away) rank = default;
        var replicas = board.ReplicasOf(expert);
        for (int i = 0; i < replicas.Length; i++)
        {
            var host = board.Hosts[replicas[i].Host];
            bool mayGo = replicas[i].Standing == Standing.Counts
                && (cause == DecisionCause.Maximum || (board.Now - replicas[i].Since >= board.Options.Cooldown && !board.IsPinned(expert, host)));
            if (mayGo)
            {
                // Pins hold up to the maximum.
                var own = (board.IsPinned(expert, host) ? -1 : zones[host.Zone], host.Level, ~RendezvousHash.Weight(key, host.Name));
                (best, rank) = best < 0 || own.CompareTo(rank) > 0 ? (i, own) : (best, rank);
            }
        }

        if (best >= 0)
        {
            board.LetGo(ref replicas[best], cause, Reason(expert, facts, cause));
        }
    }

    private string Reason(int expert, RoundExpert facts, DecisionCause cause)
    {
        var memory = board.Memory[expert];
        return cause switch
        {
            DecisionCause.Maximum => FormattableString.Invariant($"it has {board.Counted[expert]} of at most {facts.Maximum} replicas"),
            DecisionCause.Idle => FormattableString.Invariant($"nobody asked for {(facts.IdleAfter ?? board.Options.IdleAfter).TotalSeconds:0} s"),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{Math.Max(memory.Fast, memory.Slow):0.0} requests over {board.Counted[expert]} x {board.Options.RequestsPerReplica} for {board.Options.DownAfter.TotalSeconds:0} s"),
        };
    }
}
