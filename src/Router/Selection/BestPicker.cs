using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Takes the host of the highest score; of equals, the first by name, so that all routers take the same.</summary>
internal sealed class BestPicker : IHostPicker
{
    public string Name => "best";

    public int Pick(IReadOnlyList<(HostCandidate Host, double Score)> hosts)
    {
        int best = 0;
        for (int i = 1; i < hosts.Count; i++)
        {
            int order = hosts[i].Score.CompareTo(hosts[best].Score);
            if (order > 0 || (order == 0 && string.CompareOrdinal(hosts[i].Host.Name, hosts[best].Host.Name) < 0))
            {
                best = i;
            }
        }

        return best;
    }
}
