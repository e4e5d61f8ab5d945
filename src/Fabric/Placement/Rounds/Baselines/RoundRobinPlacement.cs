using ExpertCluster.Fabric.Placement.Rounds.Deciding;

namespace ExpertCluster.Fabric.Placement.Rounds.Baselines;

/// <summary>On hosts in turn.</summary>
internal sealed class RoundRobinPlacement(PlacementOptions options) : StaticPlacement(options)
{
    public override string Name => PlacementPolicies.RoundRobin;

    protected override BoardHost? Choose(IReadOnlyList<BoardHost> hosts, Predicate<BoardHost> may, ref int turn)
    {
        for (int tries = 0; tries < hosts.Count; tries++)
        {
            turn = turn == int.MaxValue ? 0 : turn + 1;
            if (may(hosts[turn % hosts.Count]))
            {
                return hosts[turn % hosts.Count];
            }
        }

        return null;
    }
}
