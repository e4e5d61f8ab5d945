namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>Where no host has room for an expert that must be somewhere: lets one go that nobody has asked for, above its minimum, the idlest first.</summary>
internal sealed class RoomMaker(Board board)
{
    /// <summary>Per host, the replica that would go first; -1: none may.</summary>
    private int[]? _idlest;

    /// <returns>The host that has room now, or null.</returns>
    public BoardHost? Make(int expert, HostChoice choice)
    {
        var facts = board.Index.Experts[expert];
        int number = board.Index.BaseOf[expert];
        if (number < 0 || board.Decisions.Count + 2 > board.Options.MovesPerRound)
        {
            return null;
        }

        _idlest ??= [.. board.Hosts.Select(Idlest)];
        BoardHost? best = null;
        foreach (var host in board.Bases[number].Hosts)
        {
            int replica = _idlest[host.Number];
            if (replica < 0 || (best is not null && AskedAt(replica) >= AskedAt(_idlest[best.Number])))
            {
                continue;
            }

            // One is let go for one: whether that is enough in bytes is what Allows says afterwards, and no more are tried in this round.
            if (facts.Bytes <= host.FreeBytes + board.Index.Experts[board.Replicas[replica].Expert].Bytes && MayHave(facts, expert, host))
            {
                best = host;
            }
        }

        if (best is null)
        {
            return null;
        }

        ref var gone = ref board.Replicas[_idlest[best.Number]];
        board.LetGo(ref gone, DecisionCause.Room, $"{facts.Id} needs the place, and nobody asked for this for {(board.Now - AskedAt(_idlest[best.Number])).TotalSeconds:0} s");
        _idlest[best.Number] = Idlest(best);
        return choice.Allows(expert, best, board.Options.RetryAfter) ? best : null;
    }

    private bool MayHave(RoundExpert facts, int expert, BoardHost host)
    {
        if (!host.HasLabels(facts.Labels) || facts.Rank > host.Facts.AdapterRank || host.Warmed >= board.Options.MovesPerHost
            || board.Memory[expert].Touched(host.Name, board.Now - board.Options.RetryAfter))
        {
            return false;
        }

        foreach (var replica in board.ReplicasOf(expert))
        {
            if (replica.Host == host.Number)
            {
                return false;
            }
        }

        return true;
    }

    private int Idlest(BoardHost host)
    {
        int idlest = -1;
        foreach (int number in board.ReplicasOn(host))
        {
            var replica = board.Replicas[number];
            bool mayGo = replica.Standing == Standing.Counts
                && !board.Changed[replica.Expert]
                && board.Counted[replica.Expert] > board.Index.Experts[replica.Expert].Minimum
                && board.Now - AskedAt(number) >= board.Options.RoomAfter
                && board.Now - replica.Since >= board.Options.Cooldown
                && !board.IsPinned(replica.Expert, host);
            idlest = mayGo && (idlest < 0 || AskedAt(number) < AskedAt(idlest)) ? number : idlest;
        }

        return idlest;
    }

    private TimeSpan AskedAt(int replica)
    {
        var (asked, since) = (board.Memory[board.Replicas[replica].Expert].LastAsked, board.Replicas[replica].Since);
        return asked > since ? asked : since;
    }
}
