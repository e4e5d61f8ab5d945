using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Prefers hosts that have less to do: 1 for the idlest, 0 for the busiest of those that are left.</summary>
internal sealed class LoadScorer : IHostScorer
{
    public string Name => "load";

    public double Score(HostCandidate host, IReadOnlyList<HostCandidate> hosts, HostChoice choice)
    {
        int least = hosts.Min(h => h.Load);
        int most = hosts.Max(h => h.Load);
        return most == least ? 1 : (double)(most - host.Load) / (most - least);
    }
}
