using ExpertCluster.Simulation.Clusters;

namespace ExpertCluster.Simulation.Choosing;

/// <summary>A baseline: the base's hosts in turn.</summary>
internal sealed class TurnChooser : IHostChooser
{
    private int _turn;

    public SimulatedHost Choose(BaseMembers members, SimulatedRequest request)
    {
        _turn = _turn == int.MaxValue ? 0 : _turn + 1;
        return members.Hosts[_turn % members.Hosts.Count];
    }
}
