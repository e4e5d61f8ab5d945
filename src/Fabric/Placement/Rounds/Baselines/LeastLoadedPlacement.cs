using ExpertCluster.Fabric.Placement.Rounds.Deciding;

namespace ExpertCluster.Fabric.Placement.Rounds.Baselines;

/// <summary>On whichever host has the fewest requests for its slots now, and of like ones the fewest experts.</summary>
internal sealed class LeastLoadedPlacement(PlacementOptions options) : StaticPlacement(options)
{
    public override string Name => PlacementPolicies.LeastLoaded;

    protected override BoardHost? Choose(IReadOnlyList<BoardHost> hosts, Predicate<BoardHost> may, ref int turn)
    {
        BoardHost? best = null;
        foreach (var host in hosts)
        {
            if ((best is null || Rank(host).CompareTo(Rank(best)) < 0) && may(host))
            {
                best = host;
            }
        }

        return best;
    }

    private static (long Requests, int Count, int Number) Rank(BoardHost host) =>
        (BoardHost.LevelOf(host.Facts.Running + host.Facts.Waiting, host.Slots), host.Count, host.Number);
}
