using ExpertCluster.Fabric.Placement.Rounds.Deciding;

namespace ExpertCluster.Fabric.Placement.Rounds.Baselines;

/// <summary>
/// What a baseline does: its minimum of replicas for each expert, and one for those without, placed where it is missing and never moved or scaled.
/// Bases are placed as the product does, so that only experts differ.
/// </summary>
/// <param name="options">Bounds on moves, and the figures of bases.</param>
internal abstract class StaticPlacement(PlacementOptions options) : IPlacementPolicy
{
    public abstract string Name { get; }

    public RoundResult Decide(RoundInput input, RoundState? state)
    {
        ArgumentNullException.ThrowIfNull(input);
        var before = state as StaticState;
        var index = CatalogueIndex.Of(input, before?.Demand.Index);
        var knownSince = input.Demand is null ? null : before?.Demand.KnownSince ?? (TimeSpan?)input.Now;
        var memories = DemandSmoothing.Smooth(input, index, before?.Demand, options, out int[] busy);
        var board = new Board(input, index, options, memories, BaseDemand.Carry(index, before?.Demand));
        BaseDemand.Observe(board, busy, before?.Demand, knownSince);
        var wanted = Array.ConvertAll(index.Experts, e => new Wanted(Math.Min(Math.Max(1, e.Minimum), e.Maximum), DecisionCause.Drain));
        var choice = new HostChoice(board);
        var shrinking = new Shrinking(board, choice, wanted);
        shrinking.Force();
        int turn = before?.Demand.Turn ?? 0;
        for (int i = 0; i < wanted.Length && !board.IsFull; i++)
        {
            if (index.Experts[i].Rank > 0 && !board.Changed[i] && board.Counted[i] < wanted[i].Replicas && Choose(board, choice, i, ref turn) is { } host)
            {
                board.Warm(i, host, DecisionCause.Minimum, FormattableString.Invariant($"it has {board.Counted[i]} of {wanted[i].Replicas} replicas"));
            }
        }

        shrinking.Relax();
        var bases = new BaseRules(board, knownSince).Apply();
        return new RoundResult([.. board.Decisions, .. bases], [], new StaticState(new DemandState
        {
            At = input.Now,
            KnownSince = knownSince,
            Index = index,
            Experts = memories,
            Bases = board.BaseMemories,
            Turn = turn,
        }));
    }

    /// <param name="hosts">That have the expert's base, by name; at least one.</param>
    /// <param name="may">Whether one may have the expert.</param>
    /// <param name="turn">Kept from choice to choice.</param>
    protected abstract BoardHost? Choose(IReadOnlyList<BoardHost> hosts, Predicate<BoardHost> may, ref int turn);

    private BoardHost? Choose(Board board, HostChoice choice, int expert, ref int turn) =>
        HostsOf(board, expert) is { Count: > 0 } hosts ? Choose(hosts, h => choice.Allows(expert, h, board.Options.RetryAfter), ref turn) : null;

    private static List<BoardHost> HostsOf(Board board, int expert) => board.Index.BaseOf[expert] is >= 0 and var number ? board.Bases[number].Hosts : [];

    /// <summary>The figures that bases go by, and the turn.</summary>
    private sealed record StaticState(DemandState Demand) : RoundState;
}
