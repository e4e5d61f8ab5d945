namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>
/// The product's own: replicas follow demand between minimum and maximum, spread, moved gradually, and nothing is undone within its cooldown.
///
/// A round: 1. smooth demand; 2. lay out the board; 3. how many replicas each expert shall have; 4. what must go; 5. what must be, and what
/// demand wants; 6. what may go; 7. shares; 8. bases.
/// </summary>
/// <param name="options">The figures that it goes by.</param>
internal sealed class DemandPlacement(PlacementOptions options) : IPlacementPolicy
{
    public string Name => PlacementPolicies.Default;

    public RoundResult Decide(RoundInput input, RoundState? state)
    {
        ArgumentNullException.ThrowIfNull(input);
        var before = state as DemandState;
        var index = CatalogueIndex.Of(input, before?.Index);

        // 1
        var knownSince = input.Demand is null ? null : before?.KnownSince ?? (TimeSpan?)input.Now;
        var memories = DemandSmoothing.Smooth(input, index, before, options, out int[] busy);

        // 2
        var board = new Board(input, index, options, memories, BaseDemand.Carry(index, before));
        BaseDemand.Observe(board, busy, before, knownSince);

        // 3
        var wanted = new Wanted[index.Experts.Length];
        for (int i = 0; i < wanted.Length; i++)
        {
            wanted[i] = Scaling.Decide(ref memories[i], index.Experts[i], CurrentOf(board, i), input.Now, knownSince, options);
            memories[i].Target = wanted[i].Replicas;
        }

        // 4 to 7
        var choice = new HostChoice(board);
        var shrinking = new Shrinking(board, choice, wanted);
        shrinking.Force();
        var growth = new Growth(board, choice, wanted);
        int turn = growth.Apply(before is not null && before.Turn < wanted.Length ? before.Turn : 0);
        shrinking.Relax();
        new Sharing(board, choice).Apply();

        // 8
        var bases = new BaseRules(board, knownSince).Apply();
        return new RoundResult([.. board.Decisions, .. bases], growth.Unplaced, new DemandState
        {
            At = input.Now,
            KnownSince = knownSince,
            Index = index,
            Experts = memories,
            Bases = board.BaseMemories,
            Turn = turn,
        });
    }

    /// <summary>
    /// Replicas that an expert has, each once: not the old place of one that moves, and those on hosts that drain only up to what was wanted before,
    /// since others may have taken their places already.
    /// </summary>
    private static int CurrentOf(Board board, int expert)
    {
        int counted = board.Counted[expert];
        int leaving = board.Leaving[expert];
        int moving = board.Memory[expert].MovingFrom is null ? 0 : 1;
        return leaving == 0
            ? Math.Max(0, counted - moving)
            : Math.Min(counted + leaving, Math.Max(Math.Max(board.Memory[expert].Target, counted), 1));
    }
}
