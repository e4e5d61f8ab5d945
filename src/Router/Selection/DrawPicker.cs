using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Draws a host with a probability in proportion to its score, so that routers that know the same do not all take one.</summary>
internal sealed class DrawPicker : IHostPicker
{
    public string Name => "draw";

    public int Pick(IReadOnlyList<(HostCandidate Host, double Score)> hosts)
    {
        double left = Random.Shared.NextDouble() * hosts.Sum(h => Math.Max(0, h.Score));
        for (int i = 0; i < hosts.Count; i++)
        {
            left -= Math.Max(0, hosts[i].Score);
            if (left < 0)
            {
                return i;
            }
        }

        return Random.Shared.Next(hosts.Count);
    }
}
