namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>From what routers saw in this round to what is remembered: two averages, a short one to grow by and a long one to shrink by.</summary>
internal static class DemandSmoothing
{
    /// <summary>Less than this of a request is none: averages never reach it by themselves.</summary>
    private const double Least = 1e-4;

    /// <param name="input">The round.</param>
    /// <param name="index">Of its catalogue.</param>
    /// <param name="state">Of the last round; null: none.</param>
    /// <param name="options">The windows.</param>
    /// <param name="busy">Requests that run and wait now, by expert.</param>
    /// <returns>Memories by the index's numbers; nobody else has them.</returns>
    public static ExpertMemory[] Smooth(RoundInput input, CatalogueIndex index, DemandState? state, PlacementOptions options, out int[] busy)
    {
        var memories = Carry(index, state);
        busy = new int[memories.Length];
        if (input.Demand is not { } demand)
        {
            return memories;
        }

        var elapsed = state is null ? TimeSpan.Zero : input.Now - state.At;
        double fast = Share(elapsed, options.FastWindow);
        double slow = Share(elapsed, options.SlowWindow);
        foreach (ref var memory in memories.AsSpan())
        {
            memory.Fast = memory.Fast < Least ? 0 : memory.Fast * (1 - fast);
            memory.Slow = memory.Slow < Least ? 0 : memory.Slow * (1 - slow);
            memory.QueueSeconds = memory.QueueSeconds < Least ? 0 : memory.QueueSeconds * (1 - fast);
        }

        for (int i = 0; i < demand.Count; i++)
        {
            var one = demand[i];
            int number = index.ExpertNumber(one.Expert);
            if (number < 0)
            {
                continue;
            }

            ref var memory = ref memories[number];
            int now = Math.Max(0, one.Running) + Math.Max(0, one.Waiting);
            busy[number] += now;
            memory.Fast += now * fast;
            memory.Slow += now * slow;
            memory.QueueSeconds += Math.Max(0, one.QueueTime.TotalSeconds) * fast;
            var asked = one.ArrivalsPerSecond > 0 || now > 0 ? input.Now : one.LastAsked ?? ExpertMemory.Never;
            memory.LastAsked = asked > memory.LastAsked ? asked : memory.LastAsked;
        }

        return memories;
    }

    /// <summary>What a step's value weighs in an average over a window.</summary>
    public static double Share(TimeSpan elapsed, TimeSpan window) =>
        elapsed <= TimeSpan.Zero ? 0 : 1 - Math.Exp(-elapsed.TotalSeconds / Math.Max(1e-9, window.TotalSeconds));

    private static ExpertMemory[] Carry(CatalogueIndex index, DemandState? state)
    {
        if (state is not null && ReferenceEquals(state.Index, index))
        {
            return [.. state.Experts];
        }

        var memories = new ExpertMemory[index.Experts.Length];
        for (int i = 0; i < memories.Length; i++)
        {
            int before = state?.Index.ExpertNumber(index.Experts[i].Id) ?? -1;
            memories[i] = before < 0 ? new ExpertMemory() : state!.Experts[before];
        }

        return memories;
    }
}
