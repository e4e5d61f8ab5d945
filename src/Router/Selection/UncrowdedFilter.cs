using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Leaves out hosts that have more to do than the idlest one.</summary>
internal sealed class UncrowdedFilter : IHostFilter
{
    /// <summary>
    /// Requests that a host may have more than the idlest one: reading a prompt anew costs about as much as sharing steps with
    /// this many others.
    /// </summary>
    public const int Slack = 2;

    public string Name => "uncrowded";

    public IReadOnlyList<HostCandidate> Filter(IReadOnlyList<HostCandidate> hosts, HostChoice choice)
    {
        int most = hosts.Min(h => h.Load) + Slack;
        return [.. hosts.Where(h => h.Load <= most)];
    }
}
