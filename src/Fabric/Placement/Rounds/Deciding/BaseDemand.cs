namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>What is asked of each base: the sum over its experts, smoothed, and since when its hosts have had too much or too little of it.</summary>
internal static class BaseDemand
{
    public static void Observe(Board board, int[] busy, DemandState? state, TimeSpan? knownSince)
    {
        for (int i = 0; i < busy.Length; i++)
        {
            if (board.Index.BaseOf[i] is >= 0 and var number)
            {
                var one = board.Bases[number];
                one.Busy += busy[i];
                one.LastAsked = board.Memory[i].LastAsked > one.LastAsked ? board.Memory[i].LastAsked : one.LastAsked;
            }
        }

        var elapsed = state is null ? TimeSpan.Zero : board.Now - state.At;
        double fast = DemandSmoothing.Share(elapsed, board.Options.FastWindow);
        double slow = DemandSmoothing.Share(elapsed, board.Options.SlowWindow);
        foreach (var one in board.Bases)
        {
            ref var memory = ref board.BaseMemories[one.Number];
            memory.LastAsked = one.LastAsked > memory.LastAsked ? one.LastAsked : memory.LastAsked;
            if (knownSince is null)
            {
                (memory.HighSince, memory.LowSince) = (null, null);
                continue;
            }

            memory.Fast += (one.Busy - memory.Fast) * fast;
            memory.Slow += (one.Busy - memory.Slow) * slow;
            bool isHigh = one.Slots > 0 && memory.Fast > board.Options.BaseUpUse * one.Slots;
            bool isLow = one.Hosts.Count > Math.Max(1, one.Facts.MinimumHosts) && one.Coming == one.Hosts.Count
                && Math.Max(memory.Fast, memory.Slow) < board.Options.BaseDownUse * (one.Slots - (one.Slots / one.Hosts.Count));
            memory.HighSince = isHigh ? memory.HighSince ?? board.Now : null;
            memory.LowSince = isLow ? memory.LowSince ?? board.Now : null;
        }
    }

    public static BaseMemory[] Carry(CatalogueIndex index, DemandState? state) => [.. index.Bases.Select(b =>
    {
        int before = state?.Index.BaseNumber(b.Name) ?? -1;
        return before < 0 ? new BaseMemory() : state!.Bases[before];
    })];
}
