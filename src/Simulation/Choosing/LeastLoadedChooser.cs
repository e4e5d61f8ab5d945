using ExpertCluster.Simulation.Clusters;

namespace ExpertCluster.Simulation.Choosing;

/// <summary>A baseline: whichever has the fewest requests, wherever the expert is.</summary>
internal sealed class LeastLoadedChooser : IHostChooser
{
    private int _turn;

    public SimulatedHost Choose(BaseMembers members, SimulatedRequest request)
    {
        // From another host on each time, so that like ones take turns.
        _turn = _turn == int.MaxValue ? 0 : _turn + 1;
        var best = members.Hosts[_turn % members.Hosts.Count];
        for (int i = 1; i < members.Hosts.Count; i++)
        {
            var host = members.Hosts[(_turn + i) % members.Hosts.Count];
            best = host.Load < best.Load ? host : best;
        }

        return best;
    }
}
