using ExpertCluster.Contracts;

namespace ExpertCluster.Fabric.Placement.Rounds;

/// <summary>
/// Decides, once a round, which experts are kept warm where and which hosts run which bases. Pure: the same input and state, in whatever
/// order their lists are, give the same decisions; time is what the input says.
/// </summary>
public interface IPlacementPolicy : IPolicy
{
    /// <param name="input">The cluster as it is.</param>
    /// <param name="state">What the last round gave; null: there was none. One of another policy is as none.</param>
    RoundResult Decide(RoundInput input, RoundState? state);
}

/// <summary>What a policy remembers from round to round; immutable. Losing it loses no decision, only how long things have been as they are.</summary>
public abstract record RoundState;

/// <summary>What a round comes to.</summary>
/// <param name="Decisions">At most as many as the options allow a round, in the order in which they are to be done.</param>
/// <param name="Unplaced">Who has fewer replicas than its minimum and found no host; the first of them.</param>
/// <param name="State">For the next round.</param>
public sealed record RoundResult(IReadOnlyList<PlacementDecision> Decisions, IReadOnlyList<Unplaced> Unplaced, RoundState State);
